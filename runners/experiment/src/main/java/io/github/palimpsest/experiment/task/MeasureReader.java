package io.github.palimpsest.experiment.task;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.experiment.file.YamlMap;
import io.github.palimpsest.experiment.file.YamlScalar;
import io.github.palimpsest.llm.task.ExtractedMatch;
import io.github.palimpsest.llm.task.Question;
import io.github.palimpsest.llm.task.TaskMeasure;
import io.github.palimpsest.llm.task.TaskMeasures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Reads the measures of a task. */
record MeasureReader(YamlMap map, PluginRegistry registry) {
  List<TaskMeasure> read(Question question) {
    List<TaskMeasure> measures = new ArrayList<>();
    for (YamlScalar name : map.scalars("measures")) {
      measures.add(new TaskMeasure(name.nonEmpty(), named(name, question)));
    }
    if (map.has("matches") && !(question instanceof Question.Generation)) {
      throw map.place("matches").error("'matches' goes with 'answers' alone");
    }
    map.maps("matches").forEach(m -> measures.add(match(m)));
    if (measures.isEmpty()) {
      throw map.place()
          .error(
              question instanceof Question.Generation
                  ? "the task has no 'matches' and no 'measures'"
                  : "the task has no 'measures'");
    }
    if (measures.stream().map(TaskMeasure::name).distinct().count() < measures.size()) {
      throw map.place("measures").error("a measure is named twice");
    }
    return measures;
  }

  private Measure named(YamlScalar name, Question question) {
    Map<String, Measure> own = TaskMeasures.of(question);
    Measure known = own.get(name.text());
    if (known != null) {
      return known;
    }
    TreeSet<String> all = new TreeSet<>(own.keySet());
    registry.all(Kind.MEASURE).stream().map(r -> r.provider().id().toString()).forEach(all::add);
    if (!all.contains(name.text())) {
      throw name.place()
          .error("unknown measure '" + name.text() + "'" + NearestName.hint(name.text(), all));
    }
    Measure measure = plugin(name);
    if (!TaskMeasures.kind(question).isInstance(measure)) {
      throw name.place().error("measure '" + name.text() + "' does not score what this task asks");
    }
    return measure;
  }

  private Measure plugin(YamlScalar name) {
    try {
      Component<?> component = registry.component(Kind.MEASURE, Value.Call.word(name.text()));
      return (Measure) component.create();
    } catch (PalimpsestException e) {
      throw name.place().error(e);
    }
  }

  private static TaskMeasure match(YamlMap map) {
    map.onlyKeys(List.of("name", "find", "take", "ignore", "ignore-case", "ignore-punctuation"));
    return new TaskMeasure(
        map.required("name").nonEmpty(),
        new ExtractedMatch(
            map.scalar("find").map(TaskFile::search),
            map.scalar("take")
                .map(t -> t.word(List.of("first", "last")).equals("last"))
                .orElse(false),
            map.scalars("ignore").stream().map(TaskFile::search).toList(),
            map.scalar("ignore-case").map(YamlScalar::flag).orElse(false),
            map.scalar("ignore-punctuation").map(YamlScalar::flag).orElse(false)));
  }
}
