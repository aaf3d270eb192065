package io.github.palimpsest.tck;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whether another value of a setting shows in what a component does (SPI-12): with the component's
 * own settings, and, where it does not, with one of the others changed too, since a setting may
 * matter only together with another one.
 *
 * @param <T> the component's interface
 */
public final class OtherValues<T> {
  private static final List<String> TEXTS = List.of(".*", "x", "", ".*weight", ".*[qo].*");

  /** Other values that are tried of a number or text in one circumstance. */
  private static final int FEW = 3;

  /** Settings drawn around the component's own, as further circumstances. */
  private static final int DRAWS = 4;

  private static final long SEED = 7;

  private final Subject<T> subject;
  private final Function<Subject<?>, List<Supplier<String>>> effects;
  private final Seen own;

  /**
   * @param subject the component
   * @param effects texts that follow from the settings, the cheapest first: equal for components
   *     that do the same
   */
  public OtherValues(Subject<T> subject, Function<Subject<?>, List<Supplier<String>>> effects) {
    this.subject = subject;
    this.effects = effects;
    own = new Seen(subject);
  }

  /** The texts of a subject, each made when it is asked for. */
  private final class Seen {
    private final Subject<T> of;
    private final List<Supplier<String>> parts;
    private final List<String> known = new ArrayList<>();

    Seen(Subject<T> of) {
      this.of = of;
      parts = effects.apply(of);
    }

    int size() {
      return parts.size();
    }

    String part(int i) {
      while (known.size() <= i) {
        known.add(parts.get(known.size()).get());
      }
      return known.get(i);
    }

    /** A component that refuses to be used with the other value shows that it reads it. */
    boolean differs(Seen other, int part) {
      String here = part(part);
      try {
        return !here.equals(other.part(part));
      } catch (PalimpsestException | NotApplicable e) {
        return true;
      } catch (BrokenRule e) {
        throw e;
      } catch (RuntimeException e) {
        throw new BrokenRule(
            new Finding(
                "settings " + other.of.settings(),
                "a component that can be used, or refuses these settings when it is made",
                "it throws " + e,
                "a range with values that are not allowed"));
      }
    }
  }

  /**
   * A subject in some circumstance, and copies with other values of one setting.
   *
   * @param own the subject
   * @param others the copies
   */
  private record Pairs<S>(S own, List<S> others) {}

  /** The settings of which the kit knows another value that the component allows. */
  public List<Setting<?>> tried() {
    return subject.provider().settings().stream()
        .filter(s -> others(subject, s).findFirst().isPresent())
        .<Setting<?>>map(s -> s)
        .toList();
  }

  /** The values of a setting that are tried, as text. */
  public List<String> values(Setting<?> setting) {
    return others(subject, setting)
        .map(s -> s.settings().canonical().get(setting.key()).toString())
        .toList();
  }

  /** Whether one of the other values shows. */
  public boolean show(Setting<?> setting) {
    List<Seen> values = others(subject, setting).map(Seen::new).toList();
    for (int part = 0; part < own.size(); part++) {
      int of = part;
      if (values.stream().anyMatch(other -> own.differs(other, of))) {
        return true;
      }
    }
    // the cheaper parts of all circumstances come before the dearer ones of any
    List<Pairs<Seen>> circumstances = circumstances(setting);
    for (int part = 0; part < own.size(); part++) {
      int of = part;
      if (circumstances.stream().anyMatch(c -> shows(c, of))) {
        return true;
      }
    }
    return false;
  }

  private boolean shows(Pairs<Seen> circumstance, int part) {
    try {
      circumstance.own().part(part);
    } catch (RuntimeException e) {
      return false; // its other settings do not go together
    }
    return circumstance.others().stream().anyMatch(o -> circumstance.own().differs(o, part));
  }

  /**
   * With other settings than this one changed: each choice and flag, the schedules of wrapped
   * components, each number and text, and several at once. What the words on the setting name comes
   * first: {@code if fisher=batch-mean}.
   */
  private List<Pairs<Seen>> circumstances(Setting<?> setting) {
    List<Subject<T>> all = new ArrayList<>();
    List<Setting<?>> rest = new ArrayList<>(subject.provider().settings());
    rest.removeIf(s -> s.key().equals(setting.key()));
    rest.stream().filter(OtherValues::words).forEach(s -> others(subject, s).forEach(all::add));
    all.addAll(subject.withSchedules());
    rest.stream()
        .filter(s -> !words(s))
        .forEach(s -> others(subject, s).limit(FEW).forEach(all::add));
    for (int draw = 0; draw < DRAWS; draw++) {
      all.add(subject.written(DrawnSettings.of(subject, SEED, draw)));
    }
    all.sort(Comparator.comparing(s -> !named(s, setting.doc())));
    return all.stream()
        .map(s -> new Pairs<>(new Seen(s), others(s, setting).limit(FEW).map(Seen::new).toList()))
        .toList();
  }

  private static boolean words(Setting<?> setting) {
    return !Subject.words(setting).isEmpty();
  }

  private boolean named(Subject<T> changed, String doc) {
    SortedMap<String, Value> before = subject.settings().canonical();
    return changed.settings().canonical().entrySet().stream()
        .filter(e -> !e.getValue().equals(before.get(e.getKey())))
        .anyMatch(e -> doc.contains(e.getKey() + "=" + e.getValue()));
  }

  /** Copies with each other value that the kit knows and the component allows. */
  private static <T> Stream<Subject<T>> others(Subject<T> of, Setting<?> setting) {
    SortedMap<String, Value> now = of.settings().canonical();
    Value value = now.get(setting.key());
    return candidates(setting, value).stream()
        .filter(other -> !other.equals(value))
        .map(other -> of.withOwn(setting.key(), other))
        .flatMap(Optional::stream);
  }

  private static Set<Value> candidates(Setting<?> setting, Value now) {
    Set<Value> all = new LinkedHashSet<>(Subject.words(setting));
    if (now instanceof Value.Num number) {
      double v = number.value();
      Stream.of(v == 0 ? 0.1 : 0.7 * v, Math.rint(v / 2), 1.0, 0.0, 2 * v, v + 1, v - 1, 3.0, 1e-4)
          .map(Value.Num::new)
          .forEach(all::add);
    } else if (now instanceof Value.Text) {
      TEXTS.stream().map(Value.Text::new).forEach(all::add);
    }
    return all;
  }
}
