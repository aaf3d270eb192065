package io.github.palimpsest.tck;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Settings drawn around those of a component: each number times a factor from 1/2 to 2 (one that is
 * 0 becomes at most 1/2), and each choice or flag one of its words. A value that the component
 * refuses is left as it was. Equal seeds give equal settings.
 */
final class DrawnSettings {
  private DrawnSettings() {}

  static SortedMap<String, Value> of(Subject<?> subject, long seed, int draw) {
    RandomGenerator rng =
        Streams.stream(seed, "settings/" + subject.provider().id().value(), draw, 0);
    SortedMap<String, Value> drawn = new TreeMap<>(subject.written());
    SortedMap<String, Value> now = subject.settings().canonical();
    for (Setting<?> setting : subject.provider().settings()) {
      Value value = now.get(setting.key());
      double place = rng.nextDouble();
      if (value instanceof Value.Num number) {
        double factor = Math.pow(2, 2 * place - 1);
        double x = number.value() == 0 ? place / 2 : number.value() * factor;
        boolean whole = number.value() == Math.rint(number.value());
        take(subject, drawn, setting.key(), new Value.Num(x));
        if (whole && !drawn.containsKey(setting.key())) {
          take(subject, drawn, setting.key(), new Value.Num(Math.max(1, Math.rint(x))));
        }
      } else {
        List<Value> words = Subject.words(setting);
        if (!words.isEmpty()) {
          take(subject, drawn, setting.key(), words.get((int) (place * words.size())));
        }
      }
    }
    return drawn;
  }

  /** Takes a value if the component does, with the others drawn so far. */
  private static void take(
      Subject<?> subject, SortedMap<String, Value> drawn, String key, Value value) {
    SortedMap<String, Value> tried = new TreeMap<>(drawn);
    tried.put(key, value);
    try {
      Settings settings = Settings.of(subject.provider(), tried, subject.components());
      subject.provider().create(settings);
      drawn.put(key, value);
    } catch (PalimpsestException e) {
      // refused: this setting keeps its value
    }
  }
}
