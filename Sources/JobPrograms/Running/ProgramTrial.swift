import Jobs

/// Starts the sandbox of a kind, as for a job, with `true` as the program.
struct ProgramTrial {
  let file: KindFile
  let host: ProgramHost

  /// Why it can't be made; `nil` where it can.
  func complaint() -> String? {
    do throws(SystemFault) {
      return try run()
    } catch {
      return error.description
    }
  }

  private func run() throws(SystemFault) -> String? {
    // No job has this number.
    let context = JobContext(id: JobID(rawValue: 0), attempt: 1, epoch: 0) { _ in }
    let limits = EffectiveLimits(file)
    let (folder, _) = try host.folders.make(for: context, input: [], files: file.files)
    defer { try? FolderRemoval.remove(folder) }
    try host.folders.handOver(folder)
    let watch = try host.start(
      file, command: ["/bin/true"], limits: limits, in: folder, for: context, until: try InterruptSignal())
    watch.program.begin()
    watch.finish()
    guard watch.end.status != 0 else { return nil }
    let isShut = watch.end.complaint.contains("namespace")
    return "\(watch.end.complaint)" + (isShut ? ". \(Self.enabling)" : "")
  }

  private static let enabling = """
    Enable user namespaces (sysctl user.max_user_namespaces=10000, kernel.unprivileged_userns_clone=1 where the kernel has \
    that, and where AppArmor restricts them a profile that allows userns to bwrap), or write sandbox: none into the kind's file
    """
}
