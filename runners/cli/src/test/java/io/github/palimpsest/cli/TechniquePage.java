package io.github.palimpsest.cli;

import static java.util.stream.Collectors.joining;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The page of all techniques in Markdown: a table of contents, then a section for each, from what
 * the components declare.
 *
 * @param registry the components
 * @param notes what the runs of this project say of a technique, in Markdown, by its id
 */
record TechniquePage(PluginRegistry registry, Map<String, List<String>> notes) {
  private static final Map<Kind, String> HEADINGS =
      Map.ofEntries(
          Map.entry(Kind.OPTIMIZER, "Optimizers"),
          Map.entry(Kind.ADAPTER, "Adapters"),
          Map.entry(Kind.REGULARIZER, "Regularizers"),
          Map.entry(Kind.REHEARSAL, "Rehearsals"),
          Map.entry(Kind.MERGER, "Mergers"),
          Map.entry(Kind.METRIC, "Metrics"),
          Map.entry(Kind.PROBE, "Probes"),
          Map.entry(Kind.FAMILY, "Families of models"),
          Map.entry(Kind.FORMAT, "Data formats"),
          Map.entry(Kind.MEASURE, "Measures"),
          Map.entry(Kind.TRACKER, "Trackers"));

  /** Kinds whose components add to the cost of a training step. */
  private static final Set<Kind> IN_A_STEP =
      Set.of(Kind.OPTIMIZER, Kind.ADAPTER, Kind.REGULARIZER, Kind.REHEARSAL);

  String text() {
    StringBuilder page = new StringBuilder("| id | kind | what it does | needs | passes |\n");
    page.append("|---|---|---|---|---|\n");
    for (Kind kind : Kind.values()) {
      registry.all(kind).forEach(r -> page.append(row(component(r.provider()))));
    }
    for (Kind kind : Kind.values()) {
      page.append("\n## ").append(HEADINGS.get(kind)).append('\n');
      registry.all(kind).forEach(r -> page.append(section(component(r.provider()))));
    }
    return page.toString();
  }

  private Component<?> component(Provider<?> provider) {
    return registry.component(Value.Call.word(provider.id().value()));
  }

  private static String row(Component<?> component) {
    Provider<?> p = component.provider();
    String id = p.id().value();
    return "| [`%s`](#%s) | %s | %s | %s | %s |\n"
        .formatted(
            id,
            id,
            p.kind().label(),
            prose(p.summary()),
            ids(component.traits().requires()),
            passes(component));
  }

  private static String passes(Component<?> component) {
    Kind kind = component.provider().kind();
    if (!IN_A_STEP.contains(kind)) {
      return "";
    }
    double passes = component.traits().cost().passesPerStep();
    String two = String.format(Locale.ROOT, "%.2f", passes).replaceFirst("\\.?0+$", "");
    return (kind == Kind.OPTIMIZER ? "" : "+") + two;
  }

  private String section(Component<?> component) {
    Provider<?> p = component.provider();
    String id = p.id().value();
    StringBuilder text = new StringBuilder("\n### `" + id + "`\n\n" + prose(p.summary()) + ".\n");
    if (!p.equation().isBlank()) {
      text.append("\n```text\n").append(p.equation().strip()).append("\n```\n");
    }
    text.append(settings(p));
    text.append('\n');
    facts(component).forEach(fact -> text.append("- ").append(fact).append('\n'));
    notes.getOrDefault(id, List.of()).forEach(n -> text.append("- ").append(n).append('\n'));
    return text.toString();
  }

  private static String settings(Provider<?> p) {
    if (p.settings().isEmpty()) {
      return "";
    }
    StringBuilder table = new StringBuilder("\n| setting | default | range | meaning |\n");
    table.append("|---|---|---|---|\n");
    for (Setting<?> s : p.settings()) {
      String former =
          s.aliases().isEmpty() ? "" : "; also read as " + String.join(", ", s.aliases());
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  s.key(),
                  code(s.defaultValue().toString()),
                  prose(s.range() + former),
                  prose(s.doc())));
    }
    return table.toString();
  }

  private static List<String> facts(Component<?> component) {
    Provider<?> p = component.provider();
    Traits traits = component.traits();
    Object made = component.create();
    List<String> facts = new ArrayList<>();
    if (made instanceof DataFormat format) {
      facts.add("Keys: " + words(format.keys()));
      if (!format.optionalKeys().isEmpty()) {
        facts.add("Optional keys: " + words(format.optionalKeys()));
      }
      facts.add("Example: " + code(format.example().strip()));
    } else if (p instanceof ModelFamilyProvider family) {
      facts.add("Reads: `model_type` " + code(family.modelType()));
    } else if (made instanceof Measure measure) {
      facts.add("Scores: " + DescribeCommand.scores(measure));
    } else if (p.kind() != Kind.TRACKER && p.kind() != Kind.METRIC) {
      facts.add("Cost: " + DescribeCommand.cost(component));
    }
    if (p.kind().compareTo(Kind.MERGER) <= 0) {
      facts.add("Acts from: " + DescribeCommand.word(traits.onset()));
    }
    List<String> needs = new ArrayList<>(Needs.of(component));
    needs.replaceAll(n -> n.contains(" ") ? n : code(n));
    if (!needs.isEmpty()) {
      facts.add("Needs: " + String.join(", ", needs));
    }
    if (!traits.conflicts().isEmpty()) {
      facts.add("Not with: " + ids(traits.conflicts()));
    }
    traits.references().forEach(r -> facts.add("Source: " + prose(r)));
    return facts;
  }

  private static String ids(Set<?> ids) {
    return ids.stream()
        .map(Object::toString)
        .sorted()
        .map(TechniquePage::code)
        .collect(joining(", "));
  }

  private static String words(Iterable<String> words) {
    List<String> all = new ArrayList<>();
    words.forEach(w -> all.add(code(w)));
    return String.join(", ", all);
  }

  private static String code(String text) {
    String fence = text.contains("`") ? "``" : "`";
    return fence + oneLine(text).replace("|", "\\|") + fence;
  }

  /** Text that Markdown shows as it stands. */
  private static String prose(String text) {
    return oneLine(text).replaceAll("([\\\\*_|<\\[\\]])", "\\\\$1");
  }

  private static String oneLine(String text) {
    return Arrays.stream(text.split("\n")).map(String::strip).collect(joining(" "));
  }
}
