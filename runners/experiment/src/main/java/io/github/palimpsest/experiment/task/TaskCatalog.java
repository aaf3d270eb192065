package io.github.palimpsest.experiment.task;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.UnknownNameException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.experiment.file.YamlMap;
import io.github.palimpsest.experiment.file.YamlScalar;
import io.github.palimpsest.llm.task.BenchmarkTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tasks and suites that come with Palimpsest, and tasks in files of users. */
public final class TaskCatalog {
  private static final int MOST_BYTES = 1_000_000;

  /** The files beside this class. */
  private static final List<String> FILES =
      List.of(
          "arc_challenge",
          "arc_easy",
          "axb",
          "axg",
          "boolq",
          "commonsense_qa",
          "copa",
          "gsm8k",
          "hellaswag",
          "lambada_openai",
          "mmlu",
          "openbookqa",
          "piqa",
          "race",
          "rte",
          "sciq",
          "social_iqa",
          "triviaqa",
          "triviaqa_wikipedia",
          "truthfulqa_mc1",
          "truthfulqa_mc2",
          "wikitext",
          "winogrande");

  private final PluginRegistry registry;
  private final Map<String, Entry> tasks;
  private final Map<String, Suite> suites;

  /**
   * A task with where it comes from.
   *
   * @param task the task
   * @param folder the folder of its file, against which its data files are resolved; empty for a
   *     task that comes with Palimpsest
   */
  public record Entry(BenchmarkTask task, Path folder) {}

  private TaskCatalog(
      PluginRegistry registry, Map<String, Entry> tasks, Map<String, Suite> suites) {
    this.registry = registry;
    this.tasks = tasks;
    this.suites = suites;
  }

  /** The tasks and suites that come with Palimpsest. */
  public static TaskCatalog builtIn(PluginRegistry registry) {
    Map<String, Entry> tasks = new TreeMap<>();
    for (String file : FILES) {
      String name = file + ".yaml";
      for (BenchmarkTask task : TaskFile.read(name, resource(name), registry)) {
        tasks.put(task.name(), new Entry(task, Path.of("")));
      }
    }
    Map<String, Suite> suites = new TreeMap<>();
    YamlMap file = YamlMap.read("suite file", "suites.yaml", resource("suites.yaml"));
    for (YamlMap map : file.onlyKeys(List.of("suites")).maps("suites")) {
      map.onlyKeys(List.of("name", "about", "members", "weights"));
      String name = map.required("name").nonEmpty();
      suites.put(
          name,
          new Suite(
              name,
              map.required("about").text(),
              map.scalars("members").stream().map(YamlScalar::text).toList(),
              map.scalar("weights")
                  .map(w -> w.word(List.of("equal", "items")).equals("items"))
                  .orElse(false)));
    }
    return new TaskCatalog(registry, tasks, suites);
  }

  /** All tasks that come with Palimpsest, by name. */
  public Collection<Entry> tasks() {
    return tasks.values();
  }

  /** All suites, by name. */
  public Collection<Suite> suites() {
    return suites.values();
  }

  /**
   * A suite.
   *
   * @param name with or without its mark
   * @throws PalimpsestException if there is none
   */
  public Suite suite(String name) {
    String plain = name.startsWith(Suite.MARK) ? name.substring(1) : name;
    Suite suite = suites.get(plain);
    if (suite == null) {
      throw UnknownNameException.of("suite", plain, suites.keySet());
    }
    return suite;
  }

  /**
   * Finds tasks, each once.
   *
   * @param written names of tasks, names of suites with their {@code @}, and paths of task files,
   *     which end in {@code .yaml} or {@code .yml}
   * @throws PalimpsestException if there is no such task, suite or file, or a file is malformed or
   *     gives a task the name of another one that is wanted
   */
  public List<Entry> find(List<String> written) {
    Map<String, Entry> found = new LinkedHashMap<>();
    for (String name : written) {
      for (Entry e : find(name)) {
        Entry before = found.putIfAbsent(e.task().name(), e);
        if (before != null && !before.folder().equals(e.folder())) {
          throw new PalimpsestException(
              "two tasks are called '" + e.task().name() + "'; rename the one in " + name);
        }
      }
    }
    return List.copyOf(found.values());
  }

  private List<Entry> find(String name) {
    if (name.startsWith(Suite.MARK)) {
      Set<String> names = new TreeSet<>();
      members(suite(name), names);
      return names.stream().map(n -> task(n)).toList();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
      return file(Path.of(name));
    }
    return List.of(task(name));
  }

  private void members(Suite suite, Set<String> names) {
    for (String member : suite.members()) {
      if (member.startsWith(Suite.MARK)) {
        members(suite(member), names);
      } else {
        names.add(member);
      }
    }
  }

  private Entry task(String name) {
    Entry entry = tasks.get(name);
    if (entry == null) {
      Set<String> all = new TreeSet<>(tasks.keySet());
      suites.keySet().forEach(s -> all.add(Suite.MARK + s));
      Optional<String> near = NearestName.of(name, all);
      throw new UnknownNameException(
          "task",
          "",
          "unknown task '"
              + name
              + "'"
              + near.map(n -> "; did you mean '" + n + "'?").orElse(".")
              + " 'palimpsest tasks' lists all; a task of your own is named by its .yaml file");
    }
    return entry;
  }

  private List<Entry> file(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new PalimpsestException(
            file + " has more than " + MOST_BYTES + " bytes, too many for a task file");
      }
      String text = Files.readString(file);
      Path folder = file.toAbsolutePath().normalize().resolveSibling("");
      return TaskFile.read(file.toString(), text, registry).stream()
          .map(task -> new Entry(task, folder))
          .toList();
    } catch (IOException e) {
      throw new PalimpsestException(
          "cannot read the task file " + file + ": it is missing, unreadable or not UTF-8", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = TaskCatalog.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is part of this module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
