// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// Only Tests/Fuzz/run sets it. Coverage of the service's own code guides the fuzzer; that of its dependencies would not.
let isFuzzed = Context.environment["ORDERS_FUZZ"] != nil
let fuzzed = settings + (isFuzzed ? [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])] : [])

let package = Package(
  name: "orders",
  products: [
    .executable(name: "orders", targets: ["OrdersCommand"]),
    .library(name: "JobService", targets: ["JobService"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CFastCGI", pkgConfig: "fcgi", providers: [.apt(["libfcgi-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "Threads", dependencies: ["CProcess"], swiftSettings: settings),
    .target(name: "HTTPClient", dependencies: ["CCrypto", "CCurl", "Threads"], swiftSettings: settings),
    .target(name: "FastCGI", dependencies: ["CFastCGI", "Threads", httpTypes, lifecycle, log], swiftSettings: fuzzed),
    .target(name: "Jobs", dependencies: ["Threads", lifecycle, log, metrics], swiftSettings: fuzzed),
    .target(name: "JobsSQLite", dependencies: ["CSQLite", "Jobs", "Threads", metrics], swiftSettings: fuzzed),
    .target(name: "StrictJSON", swiftSettings: fuzzed),
    .target(name: "Multipart", swiftSettings: fuzzed),
    .target(name: "Kinds", dependencies: ["Jobs", "StrictJSON"], swiftSettings: fuzzed),
    .target(name: "JobFiles", dependencies: ["CCrypto", "Jobs", lifecycle, log], swiftSettings: settings),
    .target(
      name: "JobPrograms", dependencies: ["CProcess", "JobFiles", "Jobs", "Kinds", "StrictJSON", "Threads", log, yams],
      swiftSettings: settings),
    .target(
      name: "JobsHTTP",
      dependencies: ["FastCGI", "JobFiles", "Jobs", "Kinds", "Multipart", "StrictJSON", httpTypes, metrics],
      exclude: ["README.md"], swiftSettings: fuzzed),
    .target(
      name: "Orders", dependencies: ["HTTPClient", "Jobs", "Kinds", "StrictJSON", metrics], swiftSettings: fuzzed),
    .target(
      name: "Reports", dependencies: ["Jobs", "Kinds", "StrictJSON"], exclude: ["README.md"],
      swiftSettings: settings),
    .target(
      name: "Callbacks", dependencies: ["CCrypto", "HTTPClient", "Jobs", "Threads", lifecycle, log, metrics],
      swiftSettings: settings),
    .target(name: "JobsClient", dependencies: ["HTTPClient", "StrictJSON"], swiftSettings: settings),
    .target(name: "ProcessMetrics", dependencies: [metrics], swiftSettings: settings),
    .target(name: "Supervision", dependencies: [lifecycle, log], swiftSettings: settings),
    .target(name: "Doctor", swiftSettings: settings),
    .target(
      name: "JobService",
      dependencies: [
        "Callbacks", "Doctor", "FastCGI", "HTTPClient", "JobFiles", "JobPrograms", "Jobs", "JobsClient", "JobsHTTP",
        "JobsSQLite", "Kinds", "Orders", "ProcessMetrics", "Reports", "StrictJSON", "Supervision", arguments, lifecycle,
        signals, log, metrics,
      ],
      swiftSettings: settings),
    .executableTarget(name: "OrdersCommand", dependencies: ["JobService"], swiftSettings: settings),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "JobStoreConformance", dependencies: ["Jobs", "TestSupport"], path: "Tests/JobStoreConformance",
      swiftSettings: settings),
    .target(
      name: "SecondKind", dependencies: ["Jobs", "Kinds", "StrictJSON"], path: "Tests/SecondKind",
      swiftSettings: settings),
    .executableTarget(
      name: "ReportService", dependencies: ["JobService", "SecondKind"], path: "Tests/ReportService",
      swiftSettings: settings),
    .executableTarget(
      name: "StoreLoad", dependencies: ["Jobs", "JobsSQLite"], path: "Tests/StoreLoad", swiftSettings: settings),
    .testTarget(
      name: "FastCGITests", dependencies: ["FastCGI", "TestSupport", "Threads", httpTypes, log], swiftSettings: settings
    ),
    .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CallbacksTests", dependencies: ["Callbacks", "Jobs", "JobsSQLite", "TestSupport", lifecycle, log],
      swiftSettings: settings),
    .testTarget(name: "DoctorTests", dependencies: ["Doctor", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "JobsTests",
      dependencies: ["Jobs", "JobsSQLite", "TestSupport", "Threads", lifecycle, log, metrics, metricsTestKit],
      swiftSettings: settings),
    .testTarget(
      name: "JobsSQLiteTests", dependencies: ["CSQLite", "Jobs", "JobsSQLite", "JobStoreConformance", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "ProcessMetricsTests", dependencies: ["ProcessMetrics", "TestSupport", metrics], swiftSettings: settings),
    .testTarget(
      name: "SupervisionTests", dependencies: ["Supervision", "TestSupport", lifecycle, log], swiftSettings: settings),
    .testTarget(name: "ProtocolModelTests", dependencies: ["Jobs", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "JobsHTTPTests",
      dependencies: [
        "FastCGI", "JobFiles", "Jobs", "JobsHTTP", "JobsSQLite", "Kinds", "Orders", "SecondKind", "StrictJSON",
        "TestSupport", httpTypes, log, metrics, metricsTestKit,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OrdersTests", dependencies: ["HTTPClient", "Jobs", "Kinds", "Orders", "StrictJSON", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ReportsTests", dependencies: ["Jobs", "JobsSQLite", "Kinds", "Reports", "StrictJSON", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "KindsTests", dependencies: ["Jobs", "Kinds", "StrictJSON"], swiftSettings: settings),
    .testTarget(
      name: "JobProgramsTests",
      dependencies: ["JobFiles", "JobPrograms", "Jobs", "Kinds", "StrictJSON", "TestSupport", log],
      swiftSettings: settings),
    .testTarget(
      name: "JobFilesTests", dependencies: ["JobFiles", "Jobs", "JobsSQLite", "TestSupport", lifecycle, log],
      swiftSettings: settings),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"], swiftSettings: settings),
    .testTarget(name: "MultipartTests", dependencies: ["Multipart"], swiftSettings: settings),
    .testTarget(
      name: "JobsClientTests", dependencies: ["HTTPClient", "JobsClient", "StrictJSON"], swiftSettings: settings),
    .testTarget(
      name: "IntegrationTests", dependencies: ["ReportService", "StoreLoad", "TestSupport"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)

// Only Tests/Sanitizers/run sets it: these tests aren't run there, and the first takes minutes to build. They start the
// binary as it is released, and the model computes with values on one thread.
if Context.environment["ORDERS_SANITIZED"] != nil {
  package.targets.removeAll { ["IntegrationTests", "ProtocolModelTests"].contains($0.name) }
}

if isFuzzed {
  package.targets += [
    .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "FuzzTarget",
      dependencies: [
        "CFuzzer", "FastCGI", "Jobs", "JobsHTTP", "JobsSQLite", "Kinds", "Multipart", "Orders", "StrictJSON", httpTypes,
      ],
      path: "Tests/Fuzz/Target", swiftSettings: settings,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ]
}
