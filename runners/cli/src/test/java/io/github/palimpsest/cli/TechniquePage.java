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
import io.github.palimpsest.cli.describe.DescribedJson;
import io.github.palimpsest.cli.describe.Needs;
import io.github.palimpsest.cli.figure.Comparison;
import io.github.palimpsest.cli.figure.Figure;
import io.github.palimpsest.cli.figure.Measurements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The pages of techniques in Markdown, from what the components declare and what was measured: a
 * table of all, and a page for each optimizer and strategy. The other kinds have sections below the
 * table.
 *
 * @param registry the components
 * @param notes what the runs of this project say of a technique, in Markdown, by its id
 * @param uses when a technique helps, by its id
 * @param measured what is drawn
 */
record TechniquePage(
    PluginRegistry registry,
    Map<String, List<String>> notes,
    Map<String, String> uses,
    Measurements measured) {
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

  private static final String CELLS =
      """
      A tiny decoder learns facts about invented people, then to write letters backwards. A dot is a seed, an upright line the mean; default settings,
      except those that the recipe shows, and nothing was tuned. Intervals are of the differences at equal seeds; with three seeds they are wide. Each
      has its 95 %% alone: of the %2$d on these pages, about one in twenty would exclude 0 if no technique did anything. Such a model shows what happens
      there, not which technique is better elsewhere. It is not pretrained, which is the weakest case for techniques that ask the pretrained model or
      change little of it. Made by
      [%1$s.yaml](../../examples/techniques/%1$s.yaml), as [the page of all techniques](../techniques.md#figures) says.\
      """;

  private static final String AT_THE_END =
      "It changes the weights after the last task alone, so it has no forgetting of its own: the"
          + " figure has the losses of both tasks at the end.\n\n";

  private static final String NOT_MEASURED =
      "The [grids of these pages](../techniques.md#figures) do not contain it yet, so its effect on"
          + " forgetting is not measured.";

  private static final String TIMES =
      "Times are from [the page of all optimizers](../../OPTIMIZERS.md), which has the command.\n";

  /** Notes on what a technique uses. */
  private static final Predicate<String> USES = n -> n.startsWith("Uses:");

  /** Notes that say no more than the section on measurements. */
  private static final Predicate<String> MEASURED =
      n -> n.endsWith("(the figure on its page)") || n.endsWith("none of our runs yet");

  /** Notes on our own runs. */
  private static final Predicate<String> RUNS =
      MEASURED.negate().and(n -> n.startsWith("In our runs"));

  /** Kinds whose components add to the cost of a training step. */
  private static final Set<Kind> IN_A_STEP =
      Set.of(Kind.OPTIMIZER, Kind.ADAPTER, Kind.REGULARIZER, Kind.REHEARSAL);

  /** Kinds whose components have pages of their own. */
  static boolean hasPages(Kind kind) {
    return kind.compareTo(Kind.MERGER) <= 0;
  }

  /** The table of all, and the sections of the kinds without pages. */
  String all() {
    StringBuilder page = new StringBuilder();
    for (Kind kind : Kind.values()) {
      page.append(page.isEmpty() ? "" : "\n").append("## ").append(HEADINGS.get(kind));
      page.append("\n\n").append(table(kind));
      if (!hasPages(kind)) {
        registry.all(kind).forEach(r -> page.append(section(component(r.provider()))));
      }
    }
    return page.toString();
  }

  /** The page of one technique, which is a folder below the page of all. */
  String of(Provider<?> p) {
    Component<?> component = component(p);
    String id = p.id().value();
    StringBuilder text = new StringBuilder("# `" + id + "`\n\n" + prose(p.summary()) + ".\n");
    text.append("It is one of the [")
        .append(HEADINGS.get(p.kind()).toLowerCase(Locale.ROOT))
        .append("](../techniques.md#")
        .append(HEADINGS.get(p.kind()).toLowerCase(Locale.ROOT))
        .append(").\n\n```text\n")
        .append(p.equation().strip())
        .append("\n```\n\n## When it helps\n\n")
        .append(uses.get(id))
        .append('\n');
    List<String> known = notes(id, RUNS);
    text.append(known.isEmpty() ? "" : "\n");
    known.forEach(n -> text.append("- ").append(n).append('\n'));
    text.append("\n## Measured\n\n").append(measurement(id));
    text.append("\n## Cost\n\n");
    facts(component)
        .forEach(f -> text.append("- ").append(f.replaceFirst("^Cost: ", "")).append('\n'));
    notes(id, USES).forEach(n -> text.append("- ").append(n).append('\n'));
    if (!p.settings().isEmpty()) {
      text.append("\n## Settings\n").append(settings(p));
    }
    text.append("\n## Source\n\n");
    component.traits().references().forEach(r -> text.append("- ").append(prose(r)).append('\n'));
    notes(id, RUNS.or(USES).or(MEASURED).negate())
        .forEach(n -> text.append("- ").append(n).append('\n'));
    return text.toString();
  }

  /** Some of the notes on a technique, for a page in the folder below. */
  private List<String> notes(String id, Predicate<String> chosen) {
    return notes.getOrDefault(id, List.of()).stream()
        .filter(chosen)
        .map(n -> n.replace("](", "](../"))
        .toList();
  }

  private String measurement(String id) {
    Optional<Figure> figure = measured.figure(id);
    if (figure.isEmpty()) {
      return NOT_MEASURED + "\n";
    }
    String shown = "![%s](%s.svg)\n\n".formatted(prose(figure.get().words()), id);
    if (measured.label(id).isEmpty()) {
      return shown + NOT_MEASURED + " " + TIMES;
    }
    StringBuilder text = new StringBuilder(shown);
    text.append(measured.actsAtTheEnd(id) ? AT_THE_END : "");
    List<Comparison> comparisons = measured.comparisons(id);
    comparisons.forEach(c -> text.append("- ").append(c.sentence()).append('\n'));
    text.append(comparisons.isEmpty() ? "" : "\n");
    text.append(CELLS.formatted(measured.grid(id), measured.comparisons()));
    return text.append(measured.times().containsKey(id) ? " " + TIMES : "\n").toString();
  }

  private Component<?> component(Provider<?> provider) {
    return registry.component(Value.Call.word(provider.id().value()));
  }

  /** The table of a kind; a column that is empty in each row is left out. */
  private String table(Kind kind) {
    List<Component<?>> all =
        registry.all(kind).stream().<Component<?>>map(r -> component(r.provider())).toList();
    boolean needs = all.stream().anyMatch(c -> !c.traits().requires().isEmpty());
    boolean passes = IN_A_STEP.contains(kind);
    StringBuilder text = new StringBuilder("| id | what it does |");
    text.append(needs ? " needs |" : "").append(passes ? " passes |" : "").append("\n|---|---|");
    text.append(needs ? "---|" : "").append(passes ? "---|" : "").append('\n');
    for (Component<?> c : all) {
      Provider<?> p = c.provider();
      String id = p.id().value();
      String target = hasPages(kind) ? "techniques/" + id + ".md" : "#" + id;
      text.append("| [`%s`](%s) | %s |".formatted(id, target, prose(p.summary())));
      text.append(needs ? " " + ids(c.traits().requires()) + " |" : "");
      text.append(passes ? " " + passes(c) + " |" : "").append('\n');
    }
    return text.toString();
  }

  private static String passes(Component<?> component) {
    Kind kind = component.provider().kind();
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
    component
        .traits()
        .references()
        .forEach(r -> text.append("- Source: ").append(prose(r)).append('\n'));
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
    if (hasPages(p.kind())) {
      facts.add("Acts from: " + DescribedJson.word(traits.onset()));
    }
    List<String> needs = new ArrayList<>(Needs.of(component));
    needs.replaceAll(n -> n.contains(" ") ? n : code(n));
    if (!needs.isEmpty()) {
      facts.add("Needs: " + String.join(", ", needs));
    }
    if (!traits.conflicts().isEmpty()) {
      facts.add("Not with: " + ids(traits.conflicts()));
    }
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
