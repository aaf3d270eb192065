package io.github.palimpsest.replay;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.RehearsalProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;

/** A preparation with one number, around another rehearsal, as one value. */
final class Weighing implements RehearsalProvider {
  private final ComponentId id;
  private final String summary;
  private final String equation;
  private final Setting<Double> number;
  private final DoublePredicate off;
  private final DoubleFunction<Prepared.Preparation> factory;
  private final String[] references;

  /**
   * @param number its own setting
   * @param off for which values examples stay as they are
   * @param factory makes it of a value
   */
  Weighing(
      ComponentId id,
      String summary,
      String equation,
      Setting<Double> number,
      DoublePredicate off,
      DoubleFunction<Prepared.Preparation> factory,
      String... references) {
    this.id = id;
    this.summary = summary;
    this.equation = equation;
    this.number = number;
    this.off = off;
    this.factory = factory;
    this.references = references.clone();
  }

  @Override
  public ComponentId id() {
    return id;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public String equation() {
    return equation;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(number, Prepared.BASE);
  }

  @Override
  public Traits traits(Settings s) {
    return Prepared.traits(s, off.test(s.get(number)), references);
  }

  @Override
  public Rehearsal create(Settings s) {
    return new Prepared(s.get(Prepared.BASE), factory.apply(s.get(number)));
  }
}
