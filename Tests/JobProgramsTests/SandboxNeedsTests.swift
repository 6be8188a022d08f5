import Testing

@testable import JobPrograms

@Suite("What sandboxes need of a machine") struct SandboxNeedsTests {
  private static let restricted = ["kernel.apparmor_restrict_unprivileged_userns": "1"]

  private func faults(
    without tools: Set<String> = [], _ settings: [String: String], bwrap complaint: String? = nil
  ) -> [String] {
    SandboxNeeds.missing(hasTool: { !tools.contains($0) }, setting: { settings[$0] }, complaint: { complaint })
      .map(\.fault)
  }

  @Test("Nothing is missing with the tools, on a kernel that allows user namespaces or has no such setting")
  func nothing() {
    #expect(faults([:]) == [])
    #expect(faults(["user.max_user_namespaces": "31337", "kernel.unprivileged_userns_clone": "1"]) == [])
  }

  @Test("A tool that is not there, and each setting that forbids user namespaces, is named") func named() {
    #expect(faults(without: ["/usr/bin/bwrap"], [:]) == ["there is no /usr/bin/bwrap"])
    for name in ["user.max_user_namespaces", "kernel.unprivileged_userns_clone"] {
      #expect(faults([name: "0"]) == ["no user namespace can be made: \(name) is 0"])
    }
  }

  @Test("Where AppArmor restricts user namespaces to programs with a profile, it depends on whether bwrap has one")
  func profiles() {
    #expect(faults(Self.restricted) == [])
    let faults = faults(Self.restricted, bwrap: "bwrap: setting up uid map: Permission denied")
    #expect(faults.count == 1 && faults[0].hasSuffix("is 1): bwrap: setting up uid map: Permission denied"))
  }

  @Test("bwrap is asked only where AppArmor decides, and not where it isn't there") func asked() {
    #expect(faults([:], bwrap: "no") == [])
    #expect(faults(["kernel.apparmor_restrict_unprivileged_userns": "0"], bwrap: "no") == [])
    #expect(faults(without: ["/usr/bin/bwrap"], Self.restricted, bwrap: "no") == ["there is no /usr/bin/bwrap"])
  }

  @Test("bwrap has no complaint where programs have sandboxes") func asking() {
    #expect(SandboxNeeds.complaint() == nil)
  }
}
