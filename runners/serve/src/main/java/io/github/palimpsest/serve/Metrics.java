package io.github.palimpsest.serve;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts since the start, in the text format of Prometheus, version 0.0.4. */
final class Metrics {
  private static final double[] SECONDS = {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300};

  private final Map<String, Long> requests = new TreeMap<>();
  private final long[] below = new long[SECONDS.length];
  private long count;
  private double seconds;
  private long promptTokens;
  private long newTokens;
  private long batches;
  private long rows;

  synchronized void request(String path, int status, long nanos) {
    requests.merge("path=\"" + path + "\",code=\"" + status + "\"", 1L, Long::sum);
    double took = nanos / 1e9;
    count++;
    seconds += took;
    for (int i = 0; i < SECONDS.length; i++) {
      below[i] += took <= SECONDS[i] ? 1 : 0;
    }
  }

  synchronized void tokens(int prompt, int added) {
    promptTokens += prompt;
    newTokens += added;
  }

  synchronized void batch(int size) {
    batches++;
    rows += size;
  }

  synchronized String text(int waiting) {
    StringBuilder out = new StringBuilder();
    head(out, "requests_total", "counter", "Answered requests.");
    requests.forEach(
        (labels, n) -> out.append("palimpsest_requests_total{" + labels + "} " + n + "\n"));
    head(out, "request_seconds", "histogram", "Time from the arrival of a request to its answer.");
    for (int i = 0; i < SECONDS.length; i++) {
      out.append("palimpsest_request_seconds_bucket{le=\"" + SECONDS[i] + "\"} " + below[i] + "\n");
    }
    out.append("palimpsest_request_seconds_bucket{le=\"+Inf\"} " + count + "\n");
    out.append(String.format(Locale.ROOT, "palimpsest_request_seconds_sum %.6f%n", seconds));
    out.append("palimpsest_request_seconds_count " + count + "\n");
    one(out, "prompt_tokens_total", "counter", "Tokens of answered prompts.", promptTokens);
    one(out, "new_tokens_total", "counter", "Tokens of answers.", newTokens);
    one(out, "batches_total", "counter", "Batches that the models ran.", batches);
    one(out, "batch_prompts_total", "counter", "Prompts in these batches.", rows);
    one(out, "waiting_prompts", "gauge", "Prompts that wait for a model.", waiting);
    return out.toString();
  }

  private static void one(StringBuilder out, String name, String type, String help, long value) {
    head(out, name, type, help);
    out.append("palimpsest_" + name + " " + value + "\n");
  }

  private static void head(StringBuilder out, String name, String type, String help) {
    out.append("# HELP palimpsest_" + name + " " + help + "\n");
    out.append("# TYPE palimpsest_" + name + " " + type + "\n");
  }
}
