public import FastCGI
import HTTPTypes
import JobFiles
import Jobs
import Kinds
import Multipart
import StrictJSON

/// Submissions with files.
extension API {
  /// What takes bodies with files as they come; `nil` where no kind takes any.
  public var receiver: Server.Receiver? {
    guard served.contains(where: { !$0.kind.files.isEmpty }) else { return nil }
    return { receiver(of: $0) }
  }

  private func receiver(of body: AnnouncedBody) -> (any BodyReceiver)? {
    guard body.method == "POST", let files,
      case .operation(.submit, let index?, _) = routes.match(.post, body.target),
      case let kind = served[index].kind, !kind.files.isEmpty,
      let form = Self.form(body.contentType.map { String(decoding: $0, as: UTF8.self) }, of: kind, at: body.target)
    else { return nil }
    let reader = UploadReader(form, of: kind, in: files) { [self] body, faults in
      var body = body
      return try input(of: &body, for: kind, beside: faults)
    }
    return Upload(reader)
  }

  /// A page of another origin can have a browser send a form with the user's password. Throws where one has: its `Origin` is
  /// neither ours nor one that was named, or there is none and the browser says that the page is foreign.
  func checkOrigin(_ request: Request, _ fields: RequestFields) throws(Problem) {
    guard fields.contentType.map({ MediaType($0)?.isSentByForms ?? true }) ?? true else { return }
    if let origin = request.headerFields[.origin] {
      let isOurs = request.headerFields[.host].map { CrossOrigin.isSameHost(origin, $0) } ?? false
      guard isOurs || configuration.crossOrigin?.names(origin) == true else { throw Problem.foreignOrigin }
    } else if let site = request.headerFields[.secFetchSite], site != "same-origin", site != "none" {
      throw Problem.foreignOrigin
    }
  }

  /// Of a submission that was refused, or was a twin, no job names the files. Where that can't be known they stay until this
  /// member has ended.
  func discardUnnamedFiles(of upload: Upload) async {
    guard let files = try? upload.submitted.files, !files.isEmpty,
      let unnamed = try? await store.unnamedFiles(among: files.map(\.file.stored))
    else { return }
    for stored in unnamed { self.files?.discard(stored) }
  }

  /// `nil` where the type is none that bodies with files have.
  private static func form(_ contentType: String?, of kind: Kind, at target: String) -> UploadReader.Form? {
    guard let contentType else {
      return kind.filesAlone.map { .file($0, type: nil, QueryItems(target: target).items) }
    }
    guard let type = MediaType(contentType) else { return nil }
    if type == .form {
      do throws(MultipartError) {
        return .parts(MultipartParser(boundary: try MultipartBoundary(contentType: contentType)))
      } catch {
        return .unreadable(error)
      }
    }
    guard let file = kind.filesAlone, !type.isJSON else { return nil }
    guard type == .anyBytes || file.types.isEmpty || file.types.contains("\(type.type)/\(type.subtype)") else {
      return nil
    }
    return .file(file, type: type, QueryItems(target: target).items)
  }
}

extension Kind {
  /// What a body with files may be sent as.
  var bodyTypes: [String] {
    guard !files.isEmpty else { return [] }
    return ["multipart/form-data"] + (filesAlone?.types ?? [])
  }

  /// The one name that a body which is a file alone can have.
  var filesAlone: InputFiles? {
    files.count == 1 && files[0].count.contains(1) ? files.first : nil
  }
}

extension MediaType {
  /// Browsers send it without asking the service first (WHATWG Fetch, section 2.2.2).
  var isSentByForms: Bool {
    self == .form || self == .plainText || self == MediaType("application/x-www-form-urlencoded")
  }

  static let form = MediaType("multipart/form-data")!
}
