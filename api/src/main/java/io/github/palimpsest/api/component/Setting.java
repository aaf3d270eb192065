package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.recipe.Schedules;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a component: its key, its default (the only place for it), the allowed range in
 * words, and its effect, which the kit looks for (SPI-12). Keep it in a constant and read it with
 * {@link Settings#get}.
 *
 * <pre>{@code
 * static final Setting<Double> RHO =
 *     Setting.real("rho", 0.05, 0, Double.MAX_VALUE, "radius of the ascent, an L2 norm over all parameters");
 * }</pre>
 *
 * @param <T> the Java type of its values
 */
@Stable(since = "0.1")
public final class Setting<T> {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*");

  private final String key;
  private final List<String> aliases;
  private final Value defaultValue;
  private final AllowedValues allowed;
  private final String range;
  private final String doc;
  private final Reader<T> reader;

  /** Turns recipe text into a value, or throws an exception that lists the allowed values. */
  private interface Reader<T> {
    Read<T> read(Value value, ComponentSource components);
  }

  /** A value, and the canonical text with every default filled in. */
  record Read<T>(Supplier<T> value, Value canonical, @Nullable Component<?> component) {
    static <T> Read<T> of(T value, Value canonical) {
      return new Read<>(() -> value, canonical, null);
    }
  }

  /** Finds a nested component; a registry is one. */
  @FunctionalInterface
  public interface ComponentSource {
    /**
     * @param kind the requested kind
     * @param call the component as written
     * @return the component's provider with resolved settings
     * @throws PalimpsestException if there is no such component of that kind
     */
    Component<?> component(Kind kind, Value.Call call);
  }

  private Setting(
      String key,
      Value defaultValue,
      AllowedValues allowed,
      String range,
      String doc,
      Reader<T> reader) {
    this(key, List.of(), defaultValue, allowed, range, doc, reader);
  }

  private Setting(
      String key,
      List<String> aliases,
      Value defaultValue,
      AllowedValues allowed,
      String range,
      String doc,
      Reader<T> reader) {
    this.key = valid(key);
    this.aliases = aliases.stream().map(Setting::valid).toList();
    this.defaultValue = Objects.requireNonNull(defaultValue);
    this.allowed = allowed;
    this.range = range;
    this.doc = doc;
    this.reader = reader;
  }

  private static String valid(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new PalimpsestException(
          "setting key '" + key + "' must be lower-case letters, digits and '-'");
    }
    return key;
  }

  /** Returns this setting after checking its default against its range (SPI-04). */
  private Setting<T> checked() {
    try {
      reader.read(
          defaultValue,
          (kind, call) -> {
            throw new IllegalStateException("a default that names a component is not checked here");
          });
      return this;
    } catch (PalimpsestException e) {
      throw new PalimpsestException("default of setting '" + key + "': " + e.getMessage(), e);
    }
  }

  /** The key in recipe text. */
  public String key() {
    return key;
  }

  /** Other keys that recipe text may use for {@link #key}; none without {@link #alias}. */
  public List<String> aliases() {
    return aliases;
  }

  /** Whether the name is the key of this setting or one of its {@link #aliases}. */
  public boolean named(String written) {
    return key.equals(written) || aliases.contains(written);
  }

  /**
   * A copy that recipe text may also name by another key, for example its key in an earlier
   * version. Canonical text uses {@link #key}, so both spellings mean the same recipe.
   *
   * @param former the other key; no setting of the same component may have it
   * @throws PalimpsestException if it is not made of lower-case letters, digits and '-'
   */
  public Setting<T> alias(String former) {
    List<String> all = new ArrayList<>(aliases);
    all.add(former);
    return new Setting<>(key, all, defaultValue, allowed, range, doc, reader);
  }

  /** The default as recipe text. */
  public Value defaultValue() {
    return defaultValue;
  }

  /** The allowed values. */
  public AllowedValues allowed() {
    return allowed;
  }

  /** The allowed values, in words. */
  public String range() {
    return range;
  }

  /** The effect of the setting. */
  public String doc() {
    return doc;
  }

  Read<T> read(Value value, ComponentSource components) {
    return reader.read(value, components);
  }

  /**
   * A real number from {@code min} to {@code max}, both included.
   *
   * @throws PalimpsestException if the default is out of range
   */
  public static Setting<Double> real(
      String key, double defaultValue, double min, double max, String doc) {
    String range = "number " + Ranges.between(min, max);
    return new Setting<>(
            key,
            new Value.Num(defaultValue),
            new AllowedValues.Numbers(min, max),
            range,
            doc,
            (v, c) -> {
              double d = Ranges.number(v, range);
              if (!(d >= min && d <= max)) {
                throw new PalimpsestException(v + " is out of range: " + range);
              }
              return Read.of(d, v);
            })
        .checked();
  }

  /**
   * A whole number from {@code min} to {@code max}, both included.
   *
   * @throws PalimpsestException if the default is out of range
   */
  public static Setting<Integer> integer(
      String key, int defaultValue, int min, int max, String doc) {
    String range =
        "whole number "
            + Ranges.between(
                min == Integer.MIN_VALUE ? -Double.MAX_VALUE : min,
                max == Integer.MAX_VALUE ? Double.MAX_VALUE : max);
    return new Setting<>(
            key,
            new Value.Num(defaultValue),
            new AllowedValues.WholeNumbers(min, max),
            range,
            doc,
            (v, c) -> {
              double d = Ranges.number(v, range);
              if (d != Math.rint(d) || d < min || d > max) {
                throw new PalimpsestException(v + " is out of range: " + range);
              }
              return Read.of((int) d, v);
            })
        .checked();
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String key, boolean defaultValue, String doc) {
    return new Setting<>(
        key,
        new Value.Flag(defaultValue),
        new AllowedValues.Words(List.of(new Value.Flag(true), new Value.Flag(false))),
        "true or false",
        doc,
        (v, c) -> {
          if (v instanceof Value.Flag f) {
            return Read.of(f.value(), v);
          }
          throw new PalimpsestException(v + " is neither true nor false");
        });
  }

  /** One of the constants of an enum, written in lower case with '-' for '_'. */
  public static <E extends Enum<E>> Setting<E> choice(
      String key, Class<E> type, E defaultValue, String doc) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Ranges::word).toList();
    String range = "one of " + String.join(", ", words);
    return new Setting<>(
        key,
        Value.Call.word(Ranges.word(defaultValue)),
        new AllowedValues.Words(words.stream().<Value>map(Value.Call::word).toList()),
        range,
        doc,
        (v, c) -> {
          for (E e : type.getEnumConstants()) {
            if (v.equals(Value.Call.word(Ranges.word(e)))) {
              return Read.of(e, v);
            }
          }
          throw new PalimpsestException(v + " is not " + range);
        });
  }

  /** A text in quotes, of any characters. */
  public static Setting<String> text(String key, String defaultValue, String doc) {
    return new Setting<>(
        key,
        new Value.Text(defaultValue),
        new AllowedValues.Texts(),
        "a quoted text",
        doc,
        (v, c) -> {
          if (v instanceof Value.Text t) {
            return Read.of(t.value(), v);
          }
          throw new PalimpsestException(v + " is not a quoted text");
        });
  }

  /** A regular expression that must match a whole parameter name. */
  public static Setting<Pattern> pattern(String key, String defaultValue, String doc) {
    return new Setting<Pattern>(
            key,
            new Value.Text(defaultValue),
            new AllowedValues.Patterns(),
            "a quoted regular expression",
            doc,
            (v, c) -> {
              if (v instanceof Value.Text t) {
                try {
                  return Read.of(Pattern.compile(t.value()), v);
                } catch (PatternSyntaxException e) {
                  throw new PalimpsestException(
                      v + " is not a regular expression: " + e.getDescription());
                }
              }
              throw new PalimpsestException(v + " is not a quoted regular expression");
            })
        .checked();
  }

  /**
   * A number or one of the {@link Schedules}, whose peak and end lie between {@code min} and {@code
   * max}.
   *
   * @throws PalimpsestException if the default is out of range
   */
  public static Setting<Schedule> schedule(
      String key, double defaultValue, double min, double max, String doc) {
    String range =
        "number "
            + Ranges.between(min, max)
            + ", or a schedule, for example "
            + example(key, "constant", "value", defaultValue, "")
            + ", "
            + example(key, "linear", "peak", defaultValue, ", end=0")
            + " or "
            + example(key, "cosine", "peak", defaultValue, ", end=0");
    return new Setting<Schedule>(
            key,
            new Value.Num(defaultValue),
            new AllowedValues.NumbersOrSchedules(min, max),
            range,
            doc,
            (v, c) -> {
              Schedules.Named s = Schedules.parse(v);
              if (!(Math.min(s.peak(), s.end()) >= min && Math.max(s.peak(), s.end()) <= max)) {
                throw new PalimpsestException(v + " is out of range: " + range);
              }
              return Read.of(s, s.toValue());
            })
        .checked();
  }

  /** A schedule as a recipe has it; a share of the steps as warm-up. */
  private static String example(
      String key, String schedule, String peak, double value, String end) {
    return key
        + "="
        + schedule
        + "("
        + peak
        + "="
        + new Value.Num(value)
        + ", warmup=0.1"
        + end
        + ")";
  }

  /** An optimizer that this component wraps. */
  public static Setting<Optimizer> optimizer(String key, String defaultId, String doc) {
    return nested(key, Kind.OPTIMIZER, "an optimizer", Value.Call.word(defaultId), doc);
  }

  /** A rehearsal that this component wraps. */
  public static Setting<Rehearsal> rehearsal(String key, Value.Call defaultValue, String doc) {
    return nested(key, Kind.REHEARSAL, "a rehearsal", defaultValue, doc);
  }

  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  private static <T> Setting<T> nested(
      String key, Kind kind, String what, Value.Call defaultValue, String doc) {
    return new Setting<>(
        key,
        defaultValue,
        new AllowedValues.Components(kind),
        what,
        doc,
        (v, c) -> {
          if (!(v instanceof Value.Call call)) {
            throw new PalimpsestException(v + " is not " + what);
          }
          Component<?> component = c.component(kind, call);
          return new Read<>(() -> (T) component.create(), component.canonical(), component);
        });
  }

  @Override
  public String toString() {
    return key + "=" + defaultValue;
  }
}
