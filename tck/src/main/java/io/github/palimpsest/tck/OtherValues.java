package io.github.palimpsest.tck;

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
    private final List<Supplier<String>> parts;
    private final List<String> known = new ArrayList<>();

    Seen(Subject<T> of) {
      parts = effects.apply(of);
    }

    String part(int i) {
      while (known.size() <= i) {
        known.add(parts.get(known.size()).get());
      }
      return known.get(i);
    }

    /** A component that cannot be used with the other value shows that it reads it. */
    boolean differs(Subject<T> of) {
      for (int i = 0; i < parts.size(); i++) {
        String here = part(i);
        try {
          if (!here.equals(effects.apply(of).get(i).get())) {
            return true;
          }
        } catch (RuntimeException e) {
          return true;
        }
      }
      return false;
    }
  }

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
    return others(subject, setting).anyMatch(own::differs)
        || circumstances(setting).anyMatch(s -> shows(s, setting));
  }

  private boolean shows(Subject<T> other, Setting<?> setting) {
    try {
      Seen seen = new Seen(other);
      return others(other, setting).limit(FEW).anyMatch(seen::differs);
    } catch (RuntimeException e) {
      return false; // its other settings do not go together
    }
  }

  /**
   * Copies with other settings than this one changed: each choice and flag, then each number and
   * text, the schedules of wrapped components, and several at once.
   */
  private Stream<Subject<T>> circumstances(Setting<?> setting) {
    Stream<Subject<T>> one =
        subject.provider().settings().stream()
            .filter(s -> !s.key().equals(setting.key()))
            .sorted(Comparator.comparing(s -> Subject.words(s).isEmpty()))
            .flatMap(
                s -> others(subject, s).limit(Subject.words(s).isEmpty() ? FEW : Long.MAX_VALUE));
    Stream<Subject<T>> drawn =
        Stream.iterate(0, draw -> draw < DRAWS, draw -> draw + 1)
            .map(draw -> subject.written(DrawnSettings.of(subject, SEED, draw)));
    return Stream.concat(Stream.concat(one, subject.withSchedules().stream()), drawn);
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
