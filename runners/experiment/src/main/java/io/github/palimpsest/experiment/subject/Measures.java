package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How each task and evaluation set of an experiment is scored. */
public final class Measures {
  private final Map<String, Scored> bySet;

  /** A measure with where it comes from. */
  private record Scored(Component<Measure> component, Measure measure) {}

  private Measures(Map<String, Scored> bySet) {
    this.bySet = bySet;
  }

  /**
   * Finds the measures.
   *
   * @throws PalimpsestException with its place in the file, if a measure is not known or set
   *     wrongly, does not go with the format of its set, or does not go with that of the first task
   */
  public static Measures of(Experiment e, PluginRegistry registry) {
    Map<String, Scored> bySet = new LinkedHashMap<>();
    Stream.concat(e.tasks().stream(), e.evaluation().stream())
        .forEach(set -> bySet.put(set.name(), scored(e, set, registry)));
    Measures measures = new Measures(bySet);
    e.tasks().forEach(task -> measures.requireOneScale(task, e.tasks().get(0)));
    return measures;
  }

  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  private static Scored scored(Experiment e, DataSet set, PluginRegistry registry) {
    Scored scored;
    try {
      Component<Measure> component =
          (Component<Measure>) registry.component(Kind.MEASURE, call(set, registry));
      scored = new Scored(component, component.create());
    } catch (PalimpsestException problem) {
      throw set.measure().place().error(problem);
    }
    Optional<DataFormat.Gives> gives =
        Formats.of(registry).stated(set).map(f -> f.create().gives());
    try {
      if (e.classifier().isPresent()) {
        requireClasses(set, scored.component(), scored.measure(), gives);
      } else {
        requireFormat(set, scored.component(), scored.measure(), gives);
      }
    } catch (PalimpsestException problem) {
      throw set.place().error(problem);
    }
    return scored;
  }

  private static Value.Call call(DataSet set, PluginRegistry registry) {
    List<Value.Call> written = set.measure().text().sum();
    if (written.size() != 1 || !set.measure().text().pipe().isEmpty()) {
      throw new PalimpsestException(
          "'" + set.measure().text() + "' is not one measure: a set is scored by one");
    }
    String name = written.get(0).name();
    List<String> known =
        registry.all(Kind.MEASURE).stream().map(r -> r.provider().id().value()).toList();
    if (!known.contains(name)) {
      throw new PalimpsestException(
          "unknown measure '" + name + "'" + NearestName.hint(name, known));
    }
    return written.get(0);
  }

  /** A classifier is asked how likely each class is, and for nothing else. */
  private static void requireClasses(
      DataSet set,
      Component<Measure> component,
      Measure measure,
      Optional<DataFormat.Gives> gives) {
    if (!(measure instanceof ChoiceMeasure)) {
      throw new PalimpsestException(
          "set '"
              + set.name()
              + "' is scored by '"
              + component.id()
              + "', which needs a language model: a classifier goes with a measure of choices, such"
              + " as 'measure: accuracy'");
    }
    if (gives.filter(g -> g == DataFormat.Gives.TEXT).isPresent()) {
      throw new PalimpsestException(
          "format '"
              + set.format().map(level -> level.text().toString()).orElse("auto")
              + "' has no label that a classifier could learn: use one with an answer, such as"
              + " 'labels'");
    }
  }

  private static void requireFormat(
      DataSet set,
      Component<Measure> component,
      Measure measure,
      Optional<DataFormat.Gives> gives) {
    String format = set.format().map(level -> level.text().toString()).orElse("auto");
    boolean choices = gives.filter(g -> g == DataFormat.Gives.CHOICES).isPresent();
    boolean text = gives.filter(g -> g == DataFormat.Gives.TEXT).isPresent();
    boolean answers = measure instanceof AnswerMeasure;
    if (!(measure instanceof ChoiceMeasure || measure instanceof TargetMeasure || answers)) {
      throw new PalimpsestException(
          "measure '"
              + component.id()
              + "' is none of TargetMeasure, ChoiceMeasure and AnswerMeasure, so nobody knows what"
              + " to ask the model");
    }
    if (choices != measure instanceof ChoiceMeasure) {
      throw new PalimpsestException(
          "format '"
              + format
              + "' cannot be scored by '"
              + component.id()
              + "': a format of choices goes with a measure of choices, such as 'accuracy', and no"
              + " other format does"
              + (gives.isEmpty()
                  ? "; if the records have 'query', 'choices' and 'gold', add 'format: choices'"
                  : ""));
    }
    if (answers && text) {
      throw new PalimpsestException(
          "format '" + format + "' has no answer that '" + component.id() + "' could compare");
    }
    if (!answers && set.maxNewTokens() > 0) {
      throw new PalimpsestException(
          "'max-new-tokens' has no effect: measure '" + component.id() + "' generates nothing");
    }
  }

  /** A score matrix has one unit; otherwise its averages have no meaning. */
  private void requireOneScale(DataSet task, DataSet first) {
    Measure own = of(task.name());
    Measure other = of(first.name());
    if (own.higherIsBetter() != other.higherIsBetter() || !own.unit().equals(other.unit())) {
      throw task.place()
          .error(
              "task '"
                  + task.name()
                  + "' is scored by '"
                  + component(task.name())
                  + "' and task '"
                  + first.name()
                  + "' by '"
                  + component(first.name())
                  + "': all tasks need scores that can be averaged");
    }
  }

  /** Whether a set is scored: all are, except the corpus. */
  public boolean knows(DataSet set) {
    return bySet.containsKey(set.name());
  }

  /** The measure of a task or evaluation set. */
  public Measure of(String set) {
    return scored(set).measure();
  }

  /** The measure of a task or evaluation set, with where it comes from. */
  public Component<Measure> component(String set) {
    return scored(set).component();
  }

  private Scored scored(String set) {
    Scored scored = bySet.get(set);
    if (scored == null) {
      throw new IllegalArgumentException("no task or evaluation set '" + set + "'");
    }
    return scored;
  }

  /** How long a generated answer may be: what the file says, or else the measure. */
  public static int tokens(DataSet set, AnswerMeasure measure) {
    return set.maxNewTokens() > 0 ? set.maxNewTokens() : measure.tokens();
  }
}
