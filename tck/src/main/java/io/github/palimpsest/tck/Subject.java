package io.github.palimpsest.tck;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.AllowedValues;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A component on trial: its provider with settings.
 *
 * @param provider the provider
 * @param written the settings without those at their defaults
 * @param components the source of wrapped components
 * @param origin the plugin and its JAR or folder
 * @param tolerance multiplies every numeric tolerance of the checks; 1 as usual
 * @param <T> the component's interface
 */
public record Subject<T>(
    Provider<T> provider,
    SortedMap<String, Value> written,
    Setting.ComponentSource components,
    PluginOrigin origin,
    double tolerance) {
  /** A provider with its defaults, with the class path's components as bases. */
  public static <T> Subject<T> of(Provider<T> provider) {
    return of(provider, "", 1);
  }

  /**
   * A provider with settings, with the class path's components as bases.
   *
   * @param settings as in a recipe, without the parentheses: {@code rho=0.1, base=sgd(lr=0.1)}
   * @param tolerance multiplies every numeric tolerance
   * @throws PalimpsestException if the settings cannot be read
   */
  public static <T> Subject<T> of(Provider<T> provider, String settings, double tolerance) {
    ClassPath here = ClassPath.here();
    return new Subject<>(
        provider,
        RecipeText.parse("subject(" + settings + ")").sum().get(0).arguments(),
        here.components(),
        here.origin(provider),
        tolerance);
  }

  /** A copy with other settings, those at their defaults left out. */
  Subject<T> written(SortedMap<String, Value> others) {
    return new Subject<>(provider, others, components, origin, tolerance);
  }

  /** The resolved settings. */
  public Settings settings() {
    return Settings.of(provider, written, components);
  }

  /**
   * The name of an optimizer that it wraps and no plugin here has, for which plain descent stands
   * in; empty too if its settings cannot be read, which rules report.
   */
  Optional<String> missingBase() {
    try {
      return missingBase(new Component<>(provider, settings()));
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty();
    }
  }

  private static Optional<String> missingBase(Component<?> c) {
    return c.provider() instanceof PlainDescent descent
        ? Optional.of(descent.missing())
        : c.nested().values().stream().flatMap(n -> missingBase(n).stream()).findFirst();
  }

  /** A new component. */
  public T create() {
    return provider.create(settings());
  }

  /** The traits that the component declares. */
  public Traits traits() {
    return provider.traits(settings());
  }

  /** Whether the provider makes a promise. */
  public boolean promises(Promise promise) {
    return provider.promises(settings()).contains(promise);
  }

  /** Whether the component makes use of a corpus. */
  public boolean usesCorpus() {
    return provider.usesCorpus(settings());
  }

  /** Whether it is a merger that reads the weights after earlier tasks. */
  public boolean readsHistory() {
    return provider.capability(ReadsHistory.class).map(r -> r.reads(settings())).orElse(false);
  }

  /**
   * What it declares at its settings, except for its cost and its promises: other rules compare
   * these with what it does.
   */
  public String declared() {
    Settings now = settings();
    Traits traits = provider.traits(now);
    return traits.onset()
        + " "
        + traits.requires()
        + traits.conflicts()
        + usesCorpus()
        + readsHistory()
        + NeedsReferences.of(new Component<>(provider, now));
  }

  /** Whether it, or a component that it wraps, has a setting with this key. */
  public boolean has(String key) {
    return has(new Component<>(provider, settings()), key);
  }

  private static boolean has(Component<?> c, String key) {
    return c.provider().settings().stream().anyMatch(s -> s.key().equals(key))
        || c.nested().values().stream().anyMatch(n -> has(n, key));
  }

  /**
   * The numeric settings by key: its own, then those of wrapped components whose keys differ from
   * these.
   */
  public Map<String, Double> numbers() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    collect(new Component<>(provider, settings()), numbers);
    return numbers;
  }

  private static void collect(Component<?> c, Map<String, Double> numbers) {
    for (Setting<?> s : c.provider().settings()) {
      if (c.settings().canonical().get(s.key()) instanceof Value.Num number) {
        numbers.putIfAbsent(s.key(), number.value());
      }
    }
    c.nested().values().forEach(n -> collect(n, numbers));
  }

  /**
   * A copy with one number changed, in its own settings and in those of wrapped components.
   *
   * @return empty if there is no such setting or it does not allow the value
   */
  public Optional<Subject<T>> with(String key, double value) {
    return with(key, new Value.Num(value));
  }

  private Optional<Subject<T>> with(String key, Value value) {
    try {
      Optional<Subject<T>> changed =
          changed(new Component<>(provider, settings()), written, key, value)
              .map(w -> new Subject<>(provider, w, components, origin, tolerance));
      changed.ifPresent(Subject::settings); // refuses a value out of range
      return changed;
    } catch (PalimpsestException e) {
      return Optional.empty();
    }
  }

  /**
   * A copy with one of its own settings changed.
   *
   * @return empty if it does not allow the value, with the others
   */
  Optional<Subject<T>> withOwn(String key, Value value) {
    TreeMap<String, Value> other = new TreeMap<>(written);
    other.put(key, value);
    Subject<T> copy = written(other);
    return copy.isMade() ? Optional.of(copy) : Optional.empty();
  }

  /** Copies in which a number that may be a schedule falls over the steps, wrapped ones too. */
  List<Subject<T>> withSchedules() {
    Map<String, Value> falling = new LinkedHashMap<>();
    schedules(new Component<>(provider, settings()), falling);
    return falling.entrySet().stream()
        .map(e -> with(e.getKey(), e.getValue()).filter(Subject::isMade))
        .flatMap(Optional::stream)
        .toList();
  }

  private static void schedules(Component<?> c, Map<String, Value> falling) {
    for (Setting<?> s : c.provider().settings()) {
      if (s.allowed() instanceof AllowedValues.NumbersOrSchedules
          && c.settings().canonical().get(s.key()) instanceof Value.Num number) {
        Value.Num end = new Value.Num(number.value() / 4);
        falling.putIfAbsent(
            s.key(), new Value.Call("linear", new TreeMap<>(Map.of("peak", number, "end", end))));
      }
    }
    c.nested().values().forEach(n -> schedules(n, falling));
  }

  /** Copies with each number changed, and then one with all of them, as far as they are allowed. */
  public List<Subject<T>> withNumbersChanged() {
    List<Subject<T>> changed = new ArrayList<>();
    Subject<T> all = this;
    for (Map.Entry<String, Double> number : numbers().entrySet()) {
      double other = number.getValue() == 0 ? 0.1 : 0.7 * number.getValue();
      with(number.getKey(), other).filter(Subject::isMade).ifPresent(changed::add);
      all = all.with(number.getKey(), other).filter(Subject::isMade).orElse(all);
    }
    changed.add(all);
    return changed;
  }

  /** Copies in which one whole number of its own is a small one, as far as that is allowed. */
  public List<Subject<T>> withWholeNumbers(int small) {
    List<Subject<T>> changed = new ArrayList<>();
    SortedMap<String, Value> now = settings().canonical();
    for (Setting<?> setting : provider.settings()) {
      if (setting.allowed() instanceof AllowedValues.WholeNumbers
          && now.get(setting.key()) instanceof Value.Num number
          && number.value() > small) {
        withOwn(setting.key(), new Value.Num(small)).ifPresent(changed::add);
      }
    }
    return changed;
  }

  /**
   * Copies with one number of its own at an end of its range, or at 0 within it, in the order of
   * the settings. They may refuse to be created.
   */
  public List<Subject<T>> atRangeEnds() {
    List<Subject<T>> ends = new ArrayList<>();
    SortedMap<String, Value> now = settings().canonical();
    for (Setting<?> setting : provider.settings()) {
      for (Value end : RangeEnds.of(setting.allowed())) {
        if (!end.equals(now.get(setting.key()))) {
          TreeMap<String, Value> other = new TreeMap<>(written);
          other.put(setting.key(), end);
          ends.add(written(other));
        }
      }
    }
    return ends;
  }

  /** Copies in which one choice or flag of its own is another one, as far as that is allowed. */
  public List<Subject<T>> withOtherWords() {
    List<Subject<T>> changed = new ArrayList<>();
    SortedMap<String, Value> now = settings().canonical();
    for (Setting<?> setting : provider.settings()) {
      for (Value word : words(setting)) {
        if (!word.equals(now.get(setting.key()))) {
          withOwn(setting.key(), word).ifPresent(changed::add);
        }
      }
    }
    return changed;
  }

  /** Whether its settings are allowed, each and together. */
  private boolean isMade() {
    try {
      create();
      return true;
    } catch (PalimpsestException e) {
      return false;
    } catch (RuntimeException e) {
      return true; // no refusal: who uses it meets the exception
    }
  }

  /** The values of a choice or flag; none for other settings. */
  static List<Value> words(Setting<?> setting) {
    return setting.allowed() instanceof AllowedValues.Words words ? words.values() : List.of();
  }

  private static Optional<SortedMap<String, Value>> changed(
      Component<?> c, Map<String, Value> written, String key, Value value) {
    TreeMap<String, Value> all = new TreeMap<>(written);
    boolean found = c.provider().settings().stream().anyMatch(s -> s.key().equals(key));
    if (found) {
      all.put(key, value);
    }
    for (Map.Entry<String, Component<?>> nested : c.nested().entrySet()) {
      Component<?> inner = nested.getValue();
      Optional<SortedMap<String, Value>> arguments =
          changed(inner, inner.canonical().arguments(), key, value);
      if (arguments.isPresent()) {
        all.put(nested.getKey(), new Value.Call(inner.id().value(), arguments.get()));
        found = true;
      }
    }
    return found ? Optional.of(all) : Optional.empty();
  }

  /** The name of the subject in messages. */
  @Override
  public String toString() {
    String settings = written.isEmpty() ? "" : " with " + new Value.Call("settings", written);
    return provider.id()
        + settings
        + " (plugin "
        + origin.plugin()
        + " "
        + origin.version()
        + ", "
        + origin.location()
        + ")";
  }
}
