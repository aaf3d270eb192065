package io.github.palimpsest.tracking;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Sends metrics and parameters in batches of the server's maximum size. A rejected batch is split
 * into halves until only the rejected entry is left; only this entry is left out.
 */
final class MlflowBatches {
  private static final String PATH = "runs/log-batch";
  private static final int METRICS = 1000;
  private static final int PARAMETERS = 100;

  /** If more entries are rejected, the entries are not the cause. */
  private static final int MOST_REFUSED = 10;

  private final MlflowRest rest;
  private final Set<String> refused = new TreeSet<>();
  private String reason = "";

  MlflowBatches(MlflowRest rest) {
    this.rest = rest;
  }

  /** An entry of a batch, and the action to run after the server received it. */
  private record Entry(String key, ObjectNode content, Runnable sent) {}

  /** Sends numbers. */
  void metrics(String run, List<Shown.Scalar> scalars, Consumer<Shown.Scalar> sent) {
    long now = System.currentTimeMillis();
    send(
        run,
        "metrics",
        METRICS,
        scalars.stream()
            .map(
                s ->
                    new Entry(
                        s.series(),
                        number(s.value())
                            .put("key", s.series())
                            .put("timestamp", now)
                            .put("step", s.step()),
                        () -> sent.accept(s)))
            .toList());
  }

  /** A value in the JSON form of protocol buffers. */
  private static ObjectNode number(double value) {
    ObjectNode node = Json.object();
    if (Double.isFinite(value)) {
      return node.put("value", value);
    }
    return node.put("value", Double.toString(value)); // "NaN", "Infinity", "-Infinity"
  }

  /** Sends settings. */
  void parameters(String run, Map<String, String> settings, Consumer<String> sent) {
    send(
        run,
        "params",
        PARAMETERS,
        settings.entrySet().stream()
            .map(
                e ->
                    new Entry(
                        e.getKey(),
                        Json.object()
                            .put("key", e.getKey())
                            .put("value", MlflowKeys.value(e.getValue(), MlflowKeys.VALUE_LENGTH)),
                        () -> sent.accept(e.getKey())))
            .toList());
  }

  private void send(String run, String kind, int most, List<Entry> entries) {
    for (int from = 0; from < entries.size(); from += most) {
      batch(run, kind, entries.subList(from, Math.min(entries.size(), from + most)));
    }
  }

  private void batch(String run, String kind, List<Entry> entries) {
    ObjectNode body = Json.object().put("run_id", run);
    ArrayNode all = body.putArray(kind);
    entries.forEach(e -> all.add(e.content()));
    try {
      rest.post(PATH, body);
    } catch (MlflowException e) {
      if (!e.isRefusal() || refused.size() == MOST_REFUSED) {
        throw e;
      }
      if (entries.size() > 1) {
        int half = entries.size() / 2;
        batch(run, kind, entries.subList(0, half));
        batch(run, kind, entries.subList(half, entries.size()));
        return;
      }
      reason = e.getMessage();
      refused.add(entries.get(0).key());
    }
    entries.forEach(e -> e.sent().run());
  }

  /**
   * Reports the entries that were left out, once.
   *
   * @throws MlflowException if an entry was left out
   */
  void requireAllTaken() {
    if (!refused.isEmpty()) {
      String all = String.join("', '", refused);
      refused.clear();
      throw new MlflowException("it does not take '" + all + "': " + reason, 400, "");
    }
  }
}
