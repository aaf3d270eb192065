package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metadata of a file, with a record of the keys that were asked for. A key that nobody asks for
 * is an error, unless it is one of those here that have no effect on the model.
 */
final class Metadata {
  /** Provenance, and choices of llama.cpp that other programs make in their own way. */
  private static final List<String> HARMLESS =
      List.of(
          "general[.](?!architecture$|type$|alignment$|sampling[.]).*",
          "general[.]sampling[.](sequence|xtc_.*|penalty_last_n|mirostat.*)",
          "quantize[.]imatrix[.].*",
          ".*[.]rope[.]scaling[.]finetuned",
          "tokenizer[.]ggml[.](fim_.*|prefix|suffix|middle)_token_id",
          "tokenizer[.]chat_templates",
          "tokenizer[.]chat_template[.].*");

  /** Keys that have no effect at this value. */
  private static final Map<String, Object> NEUTRAL =
      Map.of(
          ".*[.]expert_count", 0L,
          ".*[.]expert_used_count", 0L,
          "split[.]count", 0L,
          "split[.]no", 0L);

  private static final int SHOWN = 60;

  private final String file;
  private final Map<String, Object> values;
  private final Set<String> asked = new TreeSet<>();

  /**
   * @param file its name in messages
   */
  Metadata(String file, Map<String, Object> values) {
    this.file = file;
    this.values = values;
    asked.add("general.alignment"); // used by the header
  }

  String file() {
    return file;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** A whole number of at least 0. */
  OptionalInt integer(String key) {
    Optional<Object> value =
        get(key, v -> v instanceof Long l && l >= 0 && l < Integer.MAX_VALUE, "a whole number");
    return value.isPresent()
        ? OptionalInt.of(((Long) value.get()).intValue())
        : OptionalInt.empty();
  }

  /** A whole number that must be there. */
  int required(String key) {
    return integer(key)
        .orElseThrow(() -> new PalimpsestException(file + ": '" + key + "' is missing"));
  }

  /** A number. Of a 32-bit float, the shortest decimal that means it, as its author wrote it. */
  Optional<Double> real(String key) {
    return get(key, v -> v instanceof Number n && Double.isFinite(n.doubleValue()), "a number")
        .map(v -> decimal((Number) v));
  }

  static double decimal(Number value) {
    return value instanceof Float f ? Double.parseDouble(Float.toString(f)) : value.doubleValue();
  }

  Optional<String> text(String key) {
    return get(key, String.class::isInstance, "a text").map(String.class::cast);
  }

  Optional<Boolean> flag(String key) {
    return get(key, Boolean.class::isInstance, "true or false").map(Boolean.class::cast);
  }

  /** A list of texts. */
  Optional<List<String>> texts(String key) {
    return list(key, String.class, "a list of texts");
  }

  /** A list of numbers. */
  Optional<List<Number>> numbers(String key) {
    return list(key, Number.class, "a list of numbers");
  }

  private <T> Optional<List<T>> list(String key, Class<T> type, String what) {
    return get(key, v -> v instanceof List<?> l && l.stream().allMatch(type::isInstance), what)
        .map(v -> ((List<?>) v).stream().map(type::cast).toList());
  }

  private Optional<Object> get(String key, Predicate<Object> right, String what) {
    asked.add(key);
    Object value = values.get(key);
    if (value != null && !right.test(value)) {
      throw refusal(key, "it must be " + what);
    }
    return Optional.ofNullable(value);
  }

  /** An error about the value of a key. */
  PalimpsestException refusal(String key, String why) {
    return new PalimpsestException(
        file + ": '" + key + "' is " + shortened(values.get(key)) + "; " + why);
  }

  /** The keys that were not asked for and have no effect. */
  List<String> leftOut() {
    return unasked().filter(this::isHarmless).toList();
  }

  /**
   * Checks that every key was asked for or has no effect.
   *
   * @throws PalimpsestException names the first key that would be lost, and its value
   */
  void requireAllRead() {
    List<String> lost = unasked().filter(key -> !isHarmless(key)).toList();
    if (!lost.isEmpty()) {
      throw refusal(
          lost.get(0),
          "the import does not use this key"
              + (lost.size() == 1
                  ? ""
                  : ", nor "
                      + lost.stream()
                          .skip(1)
                          .map(k -> "'" + k + "'")
                          .collect(Collectors.joining(", "))));
    }
  }

  private Stream<String> unasked() {
    return values.keySet().stream().filter(key -> !asked.contains(key));
  }

  private boolean isHarmless(String key) {
    return HARMLESS.stream().anyMatch(key::matches)
        || NEUTRAL.entrySet().stream()
            .anyMatch(e -> key.matches(e.getKey()) && e.getValue().equals(values.get(key)));
  }

  private static String shortened(Object value) {
    String text = value instanceof List<?> l ? "a list of " + l.size() : String.valueOf(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
