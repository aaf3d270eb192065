package io.github.palimpsest.execution.library;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A task for training and evaluation. Immutable; every method returns another task. Values are
 * checked together with the experiment, by the reader of experiment files.
 */
public final class Task {
  private final Map<String, Object> values;

  private Task(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * A task.
   *
   * @param name its name in results
   * @param data a data file (relative to the working directory), or {@code quickstart:NAME} for a
   *     generated one; a file needs {@link #heldOut} or {@link #test} too
   */
  public static Task of(String name, String data) {
    return new Task(Map.of()).with("name", name).with("data", data);
  }

  /** Holds out this number of records for evaluation. */
  public Task heldOut(int records) {
    return with("held-out", records);
  }

  /** Evaluates on this file, relative to the working directory. */
  public Task test(Path file) {
    return with("test", file.toString());
  }

  /**
   * Scores by the fraction of answers that match exactly, in [0, 1], instead of by nats per token.
   *
   * @param maxNewTokens the largest number of tokens of an answer
   */
  public Task exactMatch(int maxNewTokens) {
    return with("measure", "exact-match").with("max-new-tokens", maxNewTokens);
  }

  /**
   * A copy with a value that replaces an earlier one.
   *
   * @param key a key of a task in an experiment file, such as {@code format} or {@code limit}
   * @param value a text, a number or a truth value
   */
  public Task with(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(key, Objects.requireNonNull(value, key));
    return new Task(more);
  }

  Map<String, Object> values() {
    return values;
  }
}
