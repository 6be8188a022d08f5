import ArgumentParser
import Doctor
import Foundation
import JobPrograms
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds

/// Gathers what the examination judges; the only part of doctor that touches the machine, and it changes nothing there.
struct DoctorLook {
  private(set) var facts = Facts(paths: Application.kinds.map(\.path))
  /// What was found while looking.
  private(set) var found: [Finding] = []
  private(set) var seen: [String] = []
  /// What was found to be so, and is no fault.
  private(set) var inForce: [String] = []
  private(set) var unseen: [String] = []
  private(set) var failures: [String] = []
  /// Of the folders with kind files that were looked at.
  private var kindsOfFiles: [String: [Kind]] = [:]

  init() {
    facts.now = Timestamp.now.milliseconds
  }

  // MARK: - Units

  /// In systemd's own order, the first one wins.
  private static let unitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"]

  mutating func atUnits(in folder: String?) {
    let folders = folder.map { [$0] } ?? Self.unitFolders
    let (socket, responder) = (unit("orders.socket", in: folders), unit("orders@.service", in: folders))
    guard socket != nil || responder != nil else {
      if let folder {
        failures.append("units: \(folder) has neither orders.socket nor orders@.service")
      } else {
        unseen.append("units: systemd has none of ours")
      }
      return
    }
    let units = UnitSet(socket: socket, responder: responder) { try? String(contentsOfFile: $0, encoding: .utf8) }
    facts.units = units
    seen.append("\(socket == nil || responder == nil ? 1 : 2) units")
    if let command = units.command {
      takeOptions(
        command.words, at: command.place.description, descriptors: nil, isReplaced: false, isElsewhere: folder != nil)
    }
  }

  private func unit(_ name: String, in folders: [String]) -> UnitFile? {
    guard let path = folders.map({ $0 + "/" + name }).first(where: FileManager.default.fileExists(atPath:)),
      let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { return nil }
    // One of a name hides those of later folders; all are read in the order of their names.
    var changes: [String: String] = [:]
    for folder in folders.reversed() {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: folder + "/\(name).d")) ?? []
      where file.hasSuffix(".conf") {
        changes[file] = folder + "/\(name).d/" + file
      }
    }
    let files = changes.sorted { $0.key < $1.key }.compactMap { change in
      (try? String(contentsOfFile: change.value, encoding: .utf8)).map { (path: change.value, text: $0) }
    }
    return UnitFile(name: name, files: [(path: path, text: text)] + files)
  }

  // MARK: - The store, and who uses it

  mutating func atStore(_ path: String?) {
    guard let path = path ?? facts.responders.compactMap(\.store).first else {
      unseen.append("store: --store is not given, and no unit names it")
      return
    }
    do {
      facts.strayFiles = try SQLiteJobStore.strayFiles(path: path).map {
        StrayFileFacts(path: $0.path, process: $0.process, fault: $0.fault)
      }
    } catch {
      failures.append("the store's files: \(error)")
    }
    guard FileManager.default.fileExists(atPath: path) || access(path, F_OK) == 0 || errno != ENOENT else {
      unseen.append("store: there is no \(path); the first responder makes it")
      return
    }
    let inspection: StoreInspection
    do {
      inspection = try StoreOwner.acting(for: path) { () throws(StoreError) in try SQLiteJobStore.inspect(path: path) }
    } catch {
      if error.code == .unusable {
        found.append(
          Finding(
            "store", at: path, "it is no store of ours: \(error.cause)", mend: "name another file with --store"))
      } else {
        failures.append("store: \(error)")
      }
      return
    }
    facts.store = StoreFacts(inspection)
    facts.store?.otherPath = path
    seen.append("the store")
    for member in inspection.members {
      atProcess(member.pid)
      if let programs = member.programs { inForce.append(programs.sentence(of: member.pid)) }
    }
    let workers = inspection.members.count { isWorker($0.pid) }
    facts.store?.workers = workers
    let responders = inspection.members.count - workers
    if responders > 0 { seen.append(responders == 1 ? "1 responder" : "\(responders) responders") }
    if workers > 0 { seen.append(workers == 1 ? "1 worker" : "\(workers) workers") }
  }

  private static func words(of pid: Int32) -> [String] {
    let command = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the process is `orders work`. One that can't be looked at counts as a responder.
  private func isWorker(_ pid: Int32) -> Bool { Self.words(of: pid).dropFirst().first == MemberRole.work.rawValue }

  private mutating func atProcess(_ pid: Int32) {
    let folder = "/proc/\(pid)"
    let words = Self.words(of: pid)
    guard let serve = words.firstIndex(of: "serve") else { return }
    let program = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/exe")
    takeOptions(
      Array(words[(serve + 1)...]), at: "process \(pid)",
      descriptors: ProcessFile(folder + "/limits")?.descriptors.dropFirst().first,
      isReplaced: program?.hasSuffix(" (deleted)") ?? false)
  }

  /// As `orders serve` itself takes them. Kind files that they name are looked at unless they are for another machine.
  private mutating func takeOptions(
    _ words: [String], at place: String, descriptors: Int?, isReplaced: Bool, isElsewhere: Bool = false
  ) {
    var responder = Responder(place: place)
    responder.descriptors = descriptors
    responder.isReplaced = isReplaced
    do {
      let serve = try Serve.parse(words)
      let member = serve.member
      let builtIn = member.kind.builtIn.kinds
      let folder = isElsewhere ? nil : member.program.kinds
      let kinds = builtIn + (folder.map { self.kinds(in: $0, beside: builtIn) } ?? [])
      let filled = member.kind.filled(kinds)
      responder.bodyLimit = filled.compactMap(\.limits.body).max() ?? member.kind.bodyLimit
      for kind in filled { facts.uploads[kind.path] = kind.mostUploaded }
      responder.basePath = serve.basePath.flatMap { BasePath($0) }?.text ?? ""
      responder.drain = member.drain.duration
      responder.streams = serve.streams
      responder.jobs = serve.jobs
      responder.store = member.store.path
      responder.sendsCallbacks = member.callback.callbacks != nil
      responder.asksForSecret = serve.secretFile != nil
      responder.secrets = serve.secretFile.flatMap { try? SecretFile.read($0, for: nil) }
    } catch  where !isReplaced {
      found.append(
        Finding(
          "options", at: place, "no responder starts with these options: \(Serve.message(for: error))",
          mend: "see orders serve --help"))
    } catch {
      // Another version's options.
    }
    facts.responders.append(responder)
  }

  /// Those that the files in a folder declare. A folder is looked at once.
  private mutating func kinds(in folder: String, beside others: [Kind]) -> [Kind] {
    if let known = kindsOfFiles[folder] { return known }
    var kinds: [Kind] = []
    if !folder.hasPrefix("/") {
      unseen.append("kind files: \(folder) is not an absolute path")
    } else if access(folder, R_OK | X_OK) != 0, errno == EACCES {
      failures.append("kind files: \(folder): permission denied")
    } else {
      let files = KindFiles.read(folder: folder, beside: others)
      for error in files.errors {
        found.append(
          Finding(
            "kind-file", at: error.place, "no responder starts with this file: \(error.reason)",
            mend: "correct it, and try it with orders kinds check \(folder)"))
      }
      if let missing = SandboxNeeds.missing.first, files.kinds.contains(where: { $0.sandbox == .required }) {
        found.append(
          Finding(
            "sandbox", at: folder, "programs can't have the sandbox that they need: \(missing.fault)",
            mend: missing.mend))
      }
      kinds = files.kinds.map { $0.kind(work: WorkOfOtherProcesses()) }
      facts.paths += kinds.map(\.path)
      if !kinds.isEmpty { seen.append(kinds.count == 1 ? "1 kind file" : "\(kinds.count) kind files") }
    }
    kindsOfFiles[folder] = kinds
    return kinds
  }

  // MARK: - nginx

  /// `file` is its configuration where that is given.
  mutating func atNginx(_ arguments: [String], in prefix: String? = nil, file: String? = nil) {
    // A configuration names modules to load and folders to make.
    if let path = prefix ?? file, let owner = StoreOwner.stranger(owning: path) {
      failures.append("nginx: \(path) belongs to \(owner), and root would run what it names: ask as that user")
      return
    }
    switch NginxProgram.run(arguments) {
    case .text(let text): take(text)
    case .refused(let reason):
      let place = reason.split(separator: " ").last { $0.contains(":") && $0.contains("/") }.map(String.init)
      found.append(
        Finding("nginx-refuses", at: place ?? "nginx", reason, mend: "mend that line, and try it with nginx -t"))
    case .unavailable(let reason): failures.append(reason)
    }
    guard let nginx = facts.nginx else { return }
    let worker = RunningWorker(of: nginx, in: prefix)
    facts.nginxUser = worker?.identity ?? Machine.user(of: nginx)
    facts.nginxDescriptors = worker?.descriptors
    for file in nginx.secretFiles { facts.secretFileModes[file] = Machine.mode(of: file) }
    atTemporaryFolders(of: nginx, in: prefix, isElsewhere: worker?.isElsewhere ?? false)
    if facts.nginxUser == nil { unseen.append("nginx's user: its configuration names none, and none runs") }
  }

  /// `isElsewhere`: nginx runs in a mount namespace of its own, where the folders above have other paths.
  private mutating func atTemporaryFolders(of nginx: NginxConfiguration, in prefix: String?, isElsewhere: Bool) {
    let folders = nginx.temporaryFolders(besides: Set(facts.units?.sockets ?? []))
    guard !folders.isEmpty else { return }
    let builtIn = NginxProgram.builtIn()
    let base = prefix ?? builtIn["prefix"] ?? ""
    for (directive, named) in folders {
      let option = directive == "client_body_temp_path" ? "http-client-body-temp-path" : "http-fastcgi-temp-path"
      guard let path = named ?? builtIn[option] else { continue }
      let whole = path.hasPrefix("/") ? path : URL(filePath: base + "/" + path).standardizedFileURL.path
      let state = Machine.folder(at: whole, for: facts.nginxUser, looksAbove: !isElsewhere)
      facts.temporaryFolders.append(TemporaryFolder(directive: directive, path: whole, state: state))
    }
    seen.append(folders.count == 1 ? "1 temporary folder of nginx" : "\(folders.count) temporary folders of nginx")
  }

  mutating func atText(_ file: String) {
    let input = FileHandle.standardInput
    guard let data = file == "-" ? input.readDataToEndOfFile() : FileManager.default.contents(atPath: file) else {
      failures.append("nginx: \(file) can't be read")
      return
    }
    take(String(decoding: data, as: UTF8.self))
    unseen.append("sockets: the text may be another machine's")
  }

  private mutating func take(_ text: String) {
    do {
      let nginx = try NginxConfiguration(text)
      facts.nginx = nginx
      let files = nginx.files.count == 1 ? "1 file of nginx" : "\(nginx.files.count) files of nginx"
      let reach = nginx.reach(
        of: facts.paths, below: facts.basePaths, besides: Set(facts.units?.sockets ?? [])
      ).map { reach in
        " (\(reach.isLocal ? "this machine only" : "other machines too"): \(reach.addresses.joined(separator: " ")))"
      }
      seen.append(files + (reach ?? ""))
    } catch {
      failures.append("nginx: \(error)")
    }
  }

  /// nginx names a socket without a beginning from the folder it was started in: deploy/up starts it in its prefix.
  mutating func atSockets(prefix: String?) {
    let named = facts.units?.sockets ?? []
    for path in (facts.nginx?.sockets(besides: Set(named)) ?? []) + named {
      let whole = path.hasPrefix("/") ? path : (prefix ?? "") + "/" + path
      facts.sockets[whole] = Machine.socket(at: whole)
    }
    if !facts.sockets.isEmpty {
      seen.append(facts.sockets.count == 1 ? "1 socket" : "\(facts.sockets.count) sockets")
    }
  }
}

extension StoreFacts {
  init(_ inspection: StoreInspection) {
    self.init(path: inspection.path, engine: inspection.engine)
    journalMode = inspection.journalMode
    schema =
      switch inspection.schema {
      case .current: .current
      case .older: .older
      case .newer: .newer
      }
    settings = Dictionary(inspection.members.map { ($0.pid, $0.settings) }) { $1 }
    hasFiles = inspection.hasFiles
    newestTime = inspection.newestTime?.milliseconds
    isExpiryHeld = inspection.expiryHeld != nil
    fileSystem = inspection.fileSystem
    isRemote = inspection.isRemote
    isInMemory = inspection.isInMemory
    freeSpace = inspection.freeSpace
    logSize = inspection.logSize
  }
}
