import Kinds

/// The command line that starts one attempt of a program: a chain of the system's own tools, each of which becomes the next.
///
/// Descriptors: 0 the input, 1 and 2 the program's output, 3 its progress, 4 the gate, 5 what bwrap tells of its child, 6 the
/// entrance of its control group, where it has one. The program itself has 0 to 3 alone.
///
/// - `setpriv` drops root, and lets the kernel kill the chain when the thread that started it is gone. Both in one call: a
///   second change of the user would clear that.
/// - The first shell ends where the starter was dead before that was in force, and enters the control group.
/// - `bwrap` makes namespaces in which nothing of ours is mounted.
/// - The last shell waits at the gate: the program begins when this process says so, and never after its death.
/// - The limit of processes is set inside, where it counts this program's alone.
struct ProgramStart: Sendable {
  let file: KindFile
  /// The program and its arguments; `nil` for the kind's own.
  var command: [String]?
  let limits: EffectiveLimits
  /// The work folder of the attempt.
  let folder: String
  let host: ProgramSurroundings
  let starter: Int32
  /// Whether descriptor 6 is the entrance of a control group.
  var entersGroup = false
  let job: ProgramJob

  var arguments: [String] {
    let mountsKind = host.mountsKind(file)
    return (mountsKind ? mounting : []) + guarding
      + (file.sandbox == .required ? sandbox(kind: mountsKind ? host.kindMount : file.folder) : entering) + gate
  }

  /// Of the chain; without a sandbox, of the program too.
  var outerEnvironment: [String] {
    file.sandbox == .required
      ? ["PATH=\(ProgramLook.folders.joined(separator: ":"))"]
      : job.environment(of: file, folder: folder).map { "\($0)=\($1)" }
  }

  /// Where the program's user can't reach the kind's folder, which only a service that is root can mend: a view of it.
  private var mounting: [String] {
    [
      "/usr/bin/unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c",
      #"mount --bind -- "$1" "$2" && shift 2 && exec "$@""#, "sh", file.folder, host.kindMount,
    ]
  }

  private var guarding: [String] {
    var line = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--no-new-privs"]
    if host.account.isOther {
      line += ["--reuid=\(host.account.user)", "--regid=\(host.account.group)", "--clear-groups"]
    }
    return line + [
      "--", "/bin/sh", "-c", entersGroup ? Self.guardInGroup : Self.guardAlone, "sh", "\(starter)",
      "/usr/bin/nice", "-n", "\(file.nice)", "/usr/bin/choom", "-n", "500", "--",
      "/usr/bin/prlimit", "--core=0", "--fsize=\(limits.output)", "--nofile=1024", "--",
    ]
  }

  /// Without a sandbox, the program begins in its work folder too.
  private var entering: [String] { ["/usr/bin/env", "--chdir=\(folder)"] }

  private func sandbox(kind: String) -> [String] {
    var line = [
      Self.sandboxTool, "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session",
      "--json-status-fd", "5", "--clearenv",
    ]
    if file.network { line.append("--share-net") }
    for (name, value) in job.environment(of: file, folder: folder) { line += ["--setenv", name, value] }
    line += ["--ro-bind", "/usr", "/usr"]
    for name in ["bin", "sbin", "lib", "lib64"] { line += ["--symlink", "usr/\(name)", "/\(name)"] }
    line += ["--perms", "0755", "--dir", "/etc"]
    for name in ProgramSurroundings.accounts { line += ["--ro-bind", "\(host.etc)/\(name)", "/etc/\(name)"] }
    for path in Self.settings + (file.network ? Self.networkSettings : []) { line += ["--ro-bind-try", path, path] }
    line += ["--proc", "/proc", "--dev", "/dev"]
    for path in ["/dev/shm", "/tmp"] { line += ["--size", "\(limits.output)", "--tmpfs", path] }
    line += ["--bind", folder, "/job", "--ro-bind", "\(folder)/input.json", "/job/input.json"]
    if !file.files.isEmpty { line += ["--ro-bind", "\(folder)/in", "/job/in"] }
    line += ["--ro-bind", kind, "/kind"]
    for path in file.read { line += ["--ro-bind", path, path] }
    return line + ["--chdir", "/job", "--remount-ro", "/dev", "--remount-ro", "/", "--"]
  }

  private var gate: [String] {
    [
      "/bin/sh", "-c", #"read -r go <&4 || exit 75; exec 4<&- 5>&-; exec "$@""#, "sh",
      "/usr/bin/prlimit", "--nproc=\(limits.processes)", "--",
    ] + (command ?? [program] + file.program.dropFirst())
  }

  private var program: String {
    guard file.sandbox == .required, let inside = file.programInFolder else { return file.program[0] }
    return "/kind/\(inside)"
  }

  private static let guardAlone = #"[ "$PPID" = "$1" ] || exit 75; shift; exec "$@""#
  private static let guardInGroup =
    #"[ "$PPID" = "$1" ] || exit 75; shift; echo 0 >&6 || exit 75; exec "$@" 6>&-"#

  static let sandboxTool = "/usr/bin/bwrap"

  /// The tools of the chain, and the Debian packages that have them.
  static let tools = [
    ("/usr/bin/setpriv", "util-linux"), ("/usr/bin/prlimit", "util-linux"), ("/usr/bin/choom", "util-linux"),
    ("/usr/bin/unshare", "util-linux"), ("/usr/bin/nice", "coreutils"),
    ("/usr/bin/env", "coreutils"), (sandboxTool, "bubblewrap"),
  ]

  /// What programs of Debian read to find their libraries, fonts and settings.
  private static let settings = [
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/java-11-openjdk",
    "/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/ImageMagick-6", "/etc/ImageMagick-7", "/etc/mime.types",
  ]

  private static let networkSettings = [
    "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/hosts", "/etc/resolv.conf",
  ]
}
