package io.github.palimpsest.cli.describe;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.experiment.plan.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a component needs beyond its settings, and what is written about it. */
public final class Needs {
  private static final String NOTES = "/technique-notes.json";

  private Needs() {}

  /** Other components, data or weights without which a recipe with the component is refused. */
  public static List<String> of(Component<?> component) {
    List<String> needs = new ArrayList<>();
    component.traits().requires().stream().sorted().map(ComponentId::value).forEach(needs::add);
    if (component.provider().usesCorpus(component.settings())) {
      needs.add("examples of the model's pretraining data");
    }
    if (ReadsHistory.in(component)) {
      needs.add("the weights after each task");
    }
    NeedsReferences.of(component)
        .ifPresent(
            training -> needs.add("a reference model of each task (" + Stage.word(training) + ")"));
    return needs;
  }

  /** What the page of techniques says of a component: data it uses, deviations, evidence. */
  public static List<String> notes(ComponentId id) {
    try (InputStream in = Needs.class.getResourceAsStream(NOTES)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + NOTES);
      }
      Map<String, List<String>> all = new ObjectMapper().readValue(in, new TypeReference<>() {});
      return all.getOrDefault(id.value(), List.of()).stream().map(Needs::plain).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Markdown without links. */
  private static String plain(String note) {
    return note.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
  }
}
