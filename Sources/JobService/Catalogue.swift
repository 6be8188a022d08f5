import ProcessMetrics

/// Everything that `GET /metrics` tells of, in its order. Those called `orders_process_…` are told of each living process,
/// with its slot as the label `process`; all others are of the store, all processes together.
enum Catalogue {
  static let families: [Family] = requests + jobs + services + callbacks + store + processes

  /// Not counted by itself: every answer is in one of ``requestTimes``.
  static let requestCount = "orders_http_requests_total"
  static let requestTimes = ["orders_http_request_duration_seconds", "orders_http_wait_seconds"]

  private static let requests: [Family] = [
    .counter(requestCount, "Answers, by route, method and status."),
    .seconds(
      requestTimes[0],
      "From the request being read until its answer is ready (of a stream, its beginning), by route, method and status. Without those in orders_http_wait_seconds."
    ),
    .seconds(
      requestTimes[1], "The same of requests that were held because they asked for that (Prefer: wait).",
      bounds: [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 40, 50, 60]),
    .gauge("orders_waits", "Requests that are held now (Prefer: wait)."),
    .gauge("orders_streams", "Event streams that are open now."),
  ]

  private static let jobs: [Family] = [
    .gauge("orders_queued", "Jobs that wait for a runner, those between two attempts too, by kind."),
    .gauge("orders_queued_bytes", "Bytes of the jobs that wait, by kind."),
    .gauge(
      "orders_queue_oldest_seconds",
      "How long ago the oldest job that any process may take now was accepted, by kind; 0 where there is none.",
      perUnit: 1000),
    .gauge("orders_running", "Jobs that are worked on, by kind."),
    .gauge("orders_jobs", "Jobs of all kinds that are not finished, by status."),
    .counter(
      "orders_finished_total", "Jobs that came to an end, by kind and status, since the metrics of this store began."),
    .seconds(
      "orders_job_pickup_seconds", "From a job's acceptance until its first attempt begins, by kind.", bounds: long),
    .seconds("orders_job_run_seconds", "How long attempts took, by kind and how their work returned.", bounds: long),
    .seconds(
      "orders_job_cancel_seconds", "From the moment work was told to stop until it had stopped, by kind.",
      bounds: long),
    .counter("orders_takeovers_total", "Attempts taken from processes that died or hung."),
    .counter("orders_retries_total", "Attempts that failed and are followed by another one, by kind."),
  ]

  private static let services: [Family] = [
    .counter("orders_service_calls_total", "Calls that the work on orders made, by service and what came of them."),
    .seconds(
      "orders_service_call_seconds",
      "From the beginning of a call of a service until the head of its answer, by service."
    ),
  ]

  private static let callbacks: [Family] = [
    .gauge("orders_callbacks_unsettled", "Ends of jobs whose callback is still to be sent."),
    .counter("orders_callback_attempts_total", "Attempts to send a callback, by outcome."),
  ]

  private static let store: [Family] = [
    .counter("orders_store_commits_total", "Transactions on disk."),
    .counter("orders_store_reads_total", "Reads of the store."),
    .histogram(
      "orders_store_rows_per_commit", "Changes of jobs that one transaction made.",
      bounds: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]),
    .seconds("orders_store_commit_seconds", "How long a transaction took, its fsync included."),
    .seconds("orders_store_turn_wait_seconds", "How long a process waited for its turn to write."),
    .gauge("orders_store_wal_bytes", "The write-ahead log."),
  ]

  private static let processes: [Family] = [
    .gauge("orders_processes", "Processes that live."),
    .gauge("orders_build_info", "1, with the version of each process."),
    .gauge("orders_process_start_time_seconds", "When the process began, in Unix time.", perUnit: 1000),
    .gauge("orders_process_resident_memory_bytes", "Its memory, that shared with its siblings included."),
    .gauge("orders_process_running", "Attempts that run in it, by kind."),
    .gauge("orders_process_waits", "Its part of orders_waits."),
    .gauge("orders_process_streams", "Its part of orders_streams."),
    .gauge("orders_process_store_fault", "1 while it can't write to the store."),
    .counter(
      "orders_process_requests_total", "Answers of this process, and of those that had its slot before it."),
    .counter(
      "orders_process_commits_total", "Transactions of this process, and of those that had its slot before it."),
  ]

  private static let long = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200,
  ]
}
