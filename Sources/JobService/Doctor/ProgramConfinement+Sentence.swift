import Jobs

extension ProgramConfinement {
  /// For the operator of process `pid`.
  func sentence(of pid: Int32) -> String {
    let open = withoutSandbox.map(\.rawValue).joined(separator: ", ")
    let walls =
      switch (sandbox, open.isEmpty) {
      case (let sandbox?, true): "in sandboxes of \(sandbox)"
      case (let sandbox?, false): "in sandboxes of \(sandbox), but without one (sandbox: none) those of \(open)"
      case (nil, _): "without a sandbox (sandbox: none): \(open)"
      }
    let held =
      switch limits {
      case .cgroups: "limits of memory and processes by control groups"
      case .watching(let missing):
        "memory is looked at ten times a second, and not limited by the kernel: \(missing)"
      }
    return "process \(pid) runs programs as \(user), \(walls); \(held)"
  }
}
