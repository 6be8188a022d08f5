import Glibc

/// What the sandboxes of programs need of a machine, as far as it shows without making one.
public enum SandboxNeeds {
  public struct Missing: Hashable, Sendable {
    public let fault: String
    /// What to type.
    public let mend: String
  }

  /// What this machine lacks: tools, and settings of the kernel.
  public static var missing: [Missing] {
    let tools = ProgramStart.tools.filter { access($0.0, X_OK) != 0 }.map { tool, package in
      Missing(fault: "there is no \(tool)", mend: "apt-get install \(package)")
    }
    return tools
      + settings.compactMap { name, off, on in
        let file = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
        guard ProcessFile.read(file)?.split(separator: "\n").first.map(String.init) == off else { return nil }
        return Missing(fault: "no user namespace can be made: \(name) is \(off)", mend: "sysctl -w \(name)=\(on)")
      }
  }

  /// Their names, the values that forbid user namespaces, and those that allow them. Most kernels have the first alone.
  private static let settings = [
    ("user.max_user_namespaces", "0", "10000"), ("kernel.unprivileged_userns_clone", "0", "1"),
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
  ]
}
