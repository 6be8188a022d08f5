import Foundation
import Glibc

/// What the sandboxes of programs need of a machine.
public enum SandboxNeeds {
  public struct Missing: Hashable, Sendable {
    public let fault: String
    /// What to type.
    public let mend: String
  }

  /// What this machine lacks: tools, and settings of the kernel. Where AppArmor decides who may make user namespaces, it depends on
  /// the program: then this starts bwrap once, as a user who isn't root.
  public static var missing: [Missing] {
    missing(
      hasTool: { access($0, X_OK) == 0 },
      setting: { name in
        let file = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
        return ProcessFile.read(file)?.split(separator: "\n").first.map(String.init)
      }, complaint: complaint)
  }

  /// `setting` is the value of a setting that the kernel has; `complaint` is what bwrap says where it can't make a user namespace.
  static func missing(
    hasTool: (String) -> Bool, setting: (String) -> String?, complaint: () -> String?
  ) -> [Missing] {
    var missing = ProgramStart.tools.filter { !hasTool($0.0) }.map { tool, package in
      Missing(fault: "there is no \(tool)", mend: "apt-get install \(package)")
    }
    missing += settings.filter { setting($0.name) == "0" }.map { name, on in
      Missing(fault: "no user namespace can be made: \(name) is 0", mend: "sysctl -w \(name)=\(on)")
    }
    // It forbids them to programs without a profile of their own, and bwrap may have one.
    if missing.isEmpty, setting(restriction) == "1", let complaint = complaint() {
      missing.append(
        Missing(
          fault: "AppArmor lets bwrap make no user namespace (\(restriction) is 1): \(complaint)",
          mend:
            "load an AppArmor profile that allows userns to \(ProgramStart.sandboxTool), or sysctl -w \(restriction)=0")
      )
    }
    return missing
  }

  /// Their names, and values that allow user namespaces; 0 forbids them. Most kernels have the first alone.
  private static let settings = [
    (name: "user.max_user_namespaces", on: "10000"), (name: "kernel.unprivileged_userns_clone", on: "1"),
  ]

  private static let restriction = "kernel.apparmor_restrict_unprivileged_userns"

  /// What bwrap says where it can't make the namespaces of a sandbox; `nil` where it can. It drops root first, as for a
  /// program: root may make namespaces where others may not.
  static func complaint() -> String? {
    let process = Process()
    let errors = Pipe()
    let user = geteuid() == 0 ? ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    process.arguments =
      ["--no-new-privs"] + user + [
        "--", ProgramStart.sandboxTool, "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent",
        "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc",
        "/proc",
        "--dev", "/dev", "--", "/usr/bin/true",
      ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    do {
      try process.run()
    } catch {
      return error.localizedDescription
    }
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationReason != .exit || process.terminationStatus != 0 else { return nil }
    return said.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it ended with \(process.terminationStatus)"
  }
}
