// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "own-service",
  // The name is for a checkout whose folder is called otherwise.
  dependencies: [.package(name: "orders", path: "../..")],
  targets: [
    .executableTarget(name: "OwnService", dependencies: [.product(name: "JobService", package: "orders")])
  ],
  swiftLanguageModes: [.v6]
)
