import Glibc
import Jobs
import Kinds

/// Reads what a program writes, holds it to its limits, and ends it when it must end. Blocks its thread, which sleeps in poll(2).
final class ProgramWatch {
  let program: StartedProgram
  /// What a program prints whose result is files.
  private let outputIsLog: Bool
  private let limits: EffectiveLimits
  private let folder: String
  private let context: JobContext
  private let interrupt: InterruptSignal

  private(set) var end = ProgramEnd()
  /// Why its control group is still there when it has ended.
  private(set) var groupFault: SystemFault?
  private var status = StatusLines()
  private var lines = ProgressLines()
  private var log: LogTail
  /// What was written on standard error before the program began: by the sandbox.
  private var complaint = LogTail(limit: 1024)
  /// Bytes that the folder had before the program began.
  private let given: Int
  private var hasNewLog = false
  private var isInterrupted = false
  private var killAt: ContinuousClock.Instant?
  private var nextLook = ContinuousClock.now
  private var nextMeasure = ContinuousClock.now
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  private static let startLimit = Duration.seconds(30)
  private static let looks = Duration.milliseconds(100)
  private static let measures = Duration.seconds(1)

  init(
    _ program: StartedProgram, of file: KindFile, limits: EffectiveLimits, folder: String, context: JobContext,
    interrupt: InterruptSignal
  ) {
    self.program = program
    outputIsLog = !file.result.files.isEmpty
    self.limits = limits
    self.folder = folder
    self.context = context
    self.interrupt = interrupt
    log = LogTail(limit: limits.log)
    given = FolderSize(of: folder).bytes
  }

  /// Lines on descriptor 3 that were neither progress nor an error.
  var badLines: Int { lines.bad }

  /// Returns when the program waits at its gate, or won't ever. A sandbox that can't be made in a while, for a file system that
  /// hangs, keeps no other start waiting.
  func waitForChild() {
    let deadline = ContinuousClock.now + Self.startLimit
    while program.inner == 0, program.status.isOpen, program.outer > 0 {
      if ContinuousClock.now > deadline { program.kill() }
      wait()
    }
  }

  /// Returns when nothing of the program is left.
  func finish() {
    while !isOver { wait() }
    if let group = program.group { close(group) }
    // What was written before the last process ended.
    for pipe in [program.output, program.errors, program.progress, program.status] { read(pipe) }
    if let news = lines.finish() { take(news) }
    keepLog()
    end.isOverOutput = isOverOutput
    end.status = status.exitCode
    // What tells of its end was itself ended from outside, or there is no sandbox.
    if program.hasBegun, end.status == nil, program.outerStatus > 128 || !program.hasSandbox {
      end.status = program.outerStatus
    }
    end.complaint = lastWords ?? "it ended with status \(program.outerStatus)"
  }

  /// What the kernel has ended for its memory looks like the program's own end.
  private func close(_ group: ProgramGroup) {
    if group.hasRunOutOfMemory { end.stop = end.stop ?? .memory }
    do throws(SystemFault) {
      try group.remove()
    } catch {
      groupFault = error
    }
  }

  /// The last line of what the sandbox wrote: it goes on after its first process is there.
  private var lastWords: String? {
    let line = String(decoding: complaint.bytes + log.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
    return line.map { OneLine.text(String($0)) }
  }

  private var isOver: Bool { program.outer == 0 && program.innerEnd?.isOpen != true }

  /// Waits for the next thing that happens, and takes it.
  private func wait() {
    let pipes = [program.output, program.errors, program.progress, program.status].filter(\.isOpen)
    var sources = pipes.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
    sources.append(pollfd(fd: program.outer > 0 ? program.outerEnd.number : -1, events: Int16(POLLIN), revents: 0))
    sources.append(pollfd(fd: program.innerEnd?.number ?? -1, events: Int16(POLLIN), revents: 0))
    sources.append(pollfd(fd: isInterrupted ? -1 : interrupt.descriptor.number, events: Int16(POLLIN), revents: 0))
    let now = ContinuousClock.now
    let next = min(nextLook, killAt ?? nextLook)
    poll(&sources, nfds_t(sources.count), max(0, Int32(clamping: (next - now).milliseconds + 1)))
    let isReady = sources.map { $0.revents != 0 }
    for (pipe, isReady) in zip(pipes, isReady) where isReady { read(pipe) }
    if isReady[pipes.count] { program.reap() }
    if isReady[pipes.count + 1] { program.innerEnd?.close() }
    if isReady[pipes.count + 2] { beInterrupted() }
    keepTime()
  }

  private func read(_ pipe: Descriptor) {
    while pipe.isOpen {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(pipe.number, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN { return }
      }
      guard count > 0 else { return pipe.close() }
      take(buffer[..<count], from: pipe)
      // The others have their turn.
      if count < buffer.count || !isOver { return }
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>, from pipe: Descriptor) {
    if pipe === program.output, !outputIsLog {
      guard end.standardOutput.count + bytes.count <= limits.result else { return stop(.longResult) }
      end.standardOutput += bytes
    } else if pipe === program.errors || pipe === program.output {
      if program.hasBegun {
        log.append(bytes)
        hasNewLog = true
      } else {
        complaint.append(bytes)
      }
    } else if pipe === program.progress {
      for news in lines.take(bytes) { take(news) }
    } else {
      status.take(bytes)
      if let child = status.child { program.found(child) }
    }
  }

  private func take(_ news: ProgressLines.News) {
    switch news {
    case .progress(let step, let completed, let total): context.report(step, completed: completed, of: total)
    case .error(let code, let detail): end.error = (code, detail)
    }
  }

  private func beInterrupted() {
    isInterrupted = true
    end.stop = end.stop ?? .interrupted
    program.shut()
    if program.hasBegun {
      killAt = .now + limits.grace
      program.terminate()
    } else {
      program.kill()
    }
  }

  private func stop(_ reason: ProgramEnd.Stop) {
    end.stop = end.stop ?? reason
    program.kill()
  }

  private func keepTime() {
    let now = ContinuousClock.now
    if let killAt, killAt <= now {
      self.killAt = nil
      program.kill()
    }
    guard nextLook <= now else { return }
    nextLook = now + Self.looks
    guard program.hasBegun, !isOver else { return }
    if program.group == nil, program.inner > 0, ProcessTree.residentBytes(of: program.inner) > limits.memory {
      stop(.memory)
    }
    guard nextMeasure <= now else { return }
    nextMeasure = now + Self.measures
    keepLog()
    if isOverOutput { stop(.output) }
  }

  private var isOverOutput: Bool {
    let size = FolderSize(of: folder)
    return size.bytes - given > limits.output || size.isTooMuch
  }

  private func keepLog() {
    guard hasNewLog else { return }
    hasNewLog = false
    context.keepLog(log.bytes)
  }
}
