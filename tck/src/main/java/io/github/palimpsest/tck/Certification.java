package io.github.palimpsest.tck;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.tck.checks.Checks;
import io.github.palimpsest.tck.checks.LoadTrial;
import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Certifies components, each in a separate process, so that a crash is a verdict too. */
public final class Certification {
  private static final int MOST_CRASHES = 3;
  private static final String UNKNOWN = "unknown";

  /** What SPI-07 says of a call that can end the process. */
  private static final String EXIT = "reaches the process";

  private Certification() {}

  /** Ends a process that judges a component when it reaches no verdict for this time. */
  public static void silence(Duration most) {
    System.setProperty(KitProcess.LIMIT, Long.toString(Math.max(1, most.toSeconds())));
  }

  /** Whether this judges a component, rather than a JAR that could not be loaded. */
  public static boolean loaded(Judgement judgement) {
    return !judgement.component().equals(UNKNOWN);
  }

  /** Judges a subject in this process. */
  public static Judgement here(Subject<?> subject) {
    List<Verdict> verdicts = new ArrayList<>();
    try (Checks checks = Checks.of(subject)) {
      checks.all().forEach(c -> verdicts.add(c.run(subject)));
    }
    return Judgement.of(subject, verdicts);
  }

  /**
   * Judges a component of the class path or of a folder of plugin JARs, in a separate process.
   *
   * @param component the component as in a recipe, with or without settings: {@code lora(rank=4)}
   * @param folder plugin JARs, or null for those on the class path alone
   * @param listener receives each verdict as soon as it is reached
   * @throws PalimpsestException if there is no such component, or it refuses the settings
   */
  public static Judgement ofComponent(
      String component, @Nullable Path folder, Consumer<Verdict> listener) {
    String where = folder == null ? "-" : folder.toString();
    PluginRegistry registry = KitMain.registry(where);
    Value.Call written = written(component);
    Registered found = registry.find(written.name());
    return apart(found, written.arguments(), registry, where, loaded(found.origin()), listener);
  }

  /**
   * Judges a component with several drawn settings, each in a separate process.
   *
   * @param component the component as in a recipe; the settings are drawn around those written here
   * @param folder plugin JARs, or null for those on the class path alone
   * @param seed of the draw
   * @param draws how many; one that repeats settings is left out
   * @param listener receives each verdict as soon as it is reached
   * @throws PalimpsestException if there is no such component, or it refuses the settings
   */
  public static List<Judgement> thorough(
      String component, @Nullable Path folder, long seed, int draws, Consumer<Verdict> listener) {
    String where = folder == null ? "-" : folder.toString();
    PluginRegistry registry = KitMain.registry(where);
    Registered found = registry.find(written(component).name());
    List<Subject<?>> drawn = drawn(subject(component, folder), seed, draws);
    List<String> loaded = loaded(found.origin());
    return drawn.stream()
        .map(s -> apart(found, s.written(), registry, where, loaded, listener))
        .toList();
  }

  /**
   * A component with its settings, to be judged in this process.
   *
   * @param component the component as in a recipe
   * @param folder plugin JARs, or null for those on the class path alone
   * @throws PalimpsestException if there is no such component, or it refuses the settings
   */
  public static Subject<?> subject(String component, @Nullable Path folder) {
    PluginRegistry registry = KitMain.registry(folder == null ? "-" : folder.toString());
    Value.Call written = written(component);
    Registered found = registry.find(written.name());
    Subject<?> subject =
        new Subject<>(
            found.unguarded(),
            written.arguments(),
            ClassPath.components(registry),
            found.origin(),
            1);
    subject.settings(); // settings that cannot be read are no subject
    return subject;
  }

  /**
   * A component with settings drawn around its own: each number from half to twice its value, each
   * choice any of its words. Equal seeds give equal settings.
   *
   * @param subject the component
   * @param seed of the draw
   * @param draws how many; one that repeats settings, or the component's own, is left out
   */
  public static List<Subject<?>> drawn(Subject<?> subject, long seed, int draws) {
    Map<SortedMap<String, Value>, Subject<?>> different = new LinkedHashMap<>();
    SortedMap<String, Value> own = subject.settings().canonical();
    for (int draw = 0; draw < draws; draw++) {
      Subject<?> drawn = subject.written(DrawnSettings.of(subject, seed, draw));
      SortedMap<String, Value> all = drawn.settings().canonical();
      if (!all.equals(own)) {
        different.putIfAbsent(all, drawn);
      }
    }
    return List.copyOf(different.values());
  }

  /**
   * A component as it is written in a recipe.
   *
   * @throws PalimpsestException if the text is not one component
   */
  public static Value.Call written(String component) {
    RecipeText recipe = RecipeText.parse(component);
    if (recipe.sum().size() != 1 || !recipe.pipe().isEmpty()) {
      throw new PalimpsestException(
          "'" + component + "' is a recipe; the kit checks one component, such as lora(rank=4)");
    }
    return recipe.sum().get(0);
  }

  /**
   * Judges every component of a plugin JAR, each in a separate process. A JAR that cannot be loaded
   * gives one judgement with the rule that it breaks.
   *
   * @param jar the JAR
   * @param listener receives each verdict with the id of its component, all of one component before
   *     those of the next
   */
  public static List<Judgement> ofJar(Path jar, BiConsumer<String, Verdict> listener) {
    PluginRegistry registry;
    try {
      registry = Plugins.withJar(jar);
    } catch (PluginException e) {
      Verdict verdict = Loading.refused(jar, e);
      listener.accept(UNKNOWN, verdict);
      PluginOrigin origin = new PluginOrigin(UNKNOWN, UNKNOWN, jar);
      return List.of(new Judgement(UNKNOWN, "", origin, List.of(verdict)));
    }
    List<Registered> offered =
        registry.all().stream().filter(r -> r.origin().location().equals(jar)).toList();
    List<String> loaded = offered.isEmpty() ? List.of() : loaded(offered.get(0).origin());
    return SideBySide.inOrder(
        offered,
        (component, told) ->
            apart(component, new TreeMap<>(), registry, jar.toString(), loaded, told),
        (component, v) -> listener.accept(component.provider().id().value(), v));
  }

  /** What loading does is the same for all components of a JAR, and takes a process. */
  private static List<String> loaded(PluginOrigin origin) {
    try {
      return LoadTrial.load(origin.location());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while plugins were loaded", e);
    }
  }

  private static Judgement apart(
      Registered component,
      SortedMap<String, Value> written,
      PluginRegistry registry,
      String where,
      List<String> loaded,
      Consumer<Verdict> listener) {
    Subject<?> subject =
        new Subject<>(
            component.provider(), written, ClassPath.components(registry), component.origin(), 1);
    try {
      subject.settings();
    } catch (PalimpsestException e) {
      if (!written.isEmpty()) {
        throw e; // settings that cannot be read are no verdict
      }
      return unreadable(subject, e, listener);
    }
    Map<String, Rule> rules = new LinkedHashMap<>();
    Rule.of(component.provider().kind()).forEach(r -> rules.put(r.id(), r));
    Map<Rule, Verdict> verdicts = new LinkedHashMap<>();
    Map<String, Rule> ends = new LinkedHashMap<>();
    int crashes = 0;
    while (verdicts.size() < rules.size()) {
      Optional<Ended> early = run(subject, where, loaded, rules, verdicts, listener);
      if (early.isPresent()) {
        crashes++;
        Ended e = early.get();
        Verdict crash = crash(subject, e, verdicts.get(SpiRule.SPI_07), ends);
        verdicts.put(crash.rule(), crash);
        listener.accept(crash);
      }
      if (early.isEmpty() || crashes == MOST_CRASHES) {
        boolean refused = verdicts.values().stream().anyMatch(Verdict::refuses);
        for (Rule r : rules.values()) {
          verdicts.computeIfAbsent(r, left -> left(subject, left, refused ? ends : Map.of()));
        }
      }
    }
    return Judgement.of(subject, verdicts.values());
  }

  /** A component whose defaults cannot be read: no rule but that one can be tried. */
  private static Judgement unreadable(
      Subject<?> subject, PalimpsestException e, Consumer<Verdict> listener) {
    Finding finding =
        new Finding(
            "provider " + subject.provider().declaredIn().getName(),
            "defaults within their ranges",
            String.valueOf(e.getMessage()));
    List<Verdict> verdicts =
        Rule.of(subject.provider().kind()).stream()
            .map(
                r ->
                    r == SpiRule.SPI_04
                        ? Verdict.broken(r, subject.toString(), finding)
                        : Verdict.prevented(r, SpiRule.SPI_04, "the defaults cannot be read"))
            .toList();
    verdicts.forEach(listener);
    return Judgement.of(subject, "", verdicts);
  }

  /** The verdict on a rule whose trial ended the process. One end is reported once. */
  private static Verdict crash(
      Subject<?> subject, Ended e, @Nullable Verdict calls, Map<String, Rule> ends) {
    if (calls != null && calls.refuses() && calls.text().contains(EXIT)) {
      ends.putIfAbsent(e.how(), calls.rule());
    }
    Rule earlier = ends.get(e.how());
    if (earlier != null) {
      return Verdict.prevented(e.under(), earlier, e.how());
    }
    if (e.under().level() != Level.SHOULD) {
      ends.put(e.how(), e.under());
    }
    Finding finding =
        new Finding("a process of its own", "a verdict", e.how() + e.output(), e.typicalOf());
    return Verdict.broken(e.under(), subject.toString(), finding);
  }

  /** The verdict on a rule that no process came to. */
  private static Verdict left(Subject<?> subject, Rule rule, Map<String, Rule> ends) {
    return ends.isEmpty()
        ? Verdict.broken(
            rule,
            subject.toString(),
            new Finding("a process of its own", "a verdict", "none was reached"))
        : Verdict.prevented(rule, ends.values().iterator().next(), "no process came to this rule");
  }

  /**
   * The early end of a process.
   *
   * @param under the rule on trial
   * @param how a description of the end
   * @param output the last lines of its output
   * @param typicalOf the usual cause
   */
  private record Ended(Rule under, String how, String output, String typicalOf) {}

  /** Runs one process; empty if it ended well. */
  private static Optional<Ended> run(
      Subject<?> subject,
      String where,
      List<String> loaded,
      Map<String, Rule> rules,
      Map<Rule, Verdict> verdicts,
      Consumer<Verdict> listener) {
    List<String> leftOut = verdicts.keySet().stream().map(Rule::id).toList();
    Value.Call tried = new Value.Call(subject.provider().id().value(), subject.written());
    try (KitProcess process = KitProcess.start(tried.toString(), where, leftOut, loaded)) {
      Rule under = rules.values().stream().filter(r -> !verdicts.containsKey(r)).findFirst().get();
      for (Optional<String> line = process.line(); line.isPresent(); line = process.line()) {
        String[] fields = line.get().split("\t", -1);
        switch (fields[0]) {
          case "begin" -> under = rules.get(fields[1]);
          case "verdict" -> {
            Verdict v = verdict(rules.get(fields[1]), fields);
            verdicts.put(v.rule(), v);
            listener.accept(v);
          }
          case "end" -> {
            return Optional.empty();
          }
          default -> throw new IllegalStateException("not a verdict: " + line.get());
        }
      }
      return Optional.of(new Ended(under, process.end(), process.output(), process.typicalOf()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a component was judged", e);
    }
  }

  private static Verdict verdict(Rule rule, String[] fields) {
    String text =
        fields[4]
            .replace("\\\\", "\0")
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\0", "\\");
    return new Verdict(rule, Outcome.valueOf(fields[2]), Boolean.parseBoolean(fields[3]), text);
  }
}
