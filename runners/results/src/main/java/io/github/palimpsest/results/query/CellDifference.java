package io.github.palimpsest.results.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.folder.Timing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The reasons why the results of two cells differ: all differences between them, deepest first, and
 * the first affected score.
 *
 * @param a the one
 * @param b the other
 * @param causes the differences, deepest layer first
 * @param shared the tasks whose training they have in common, from the first on
 * @param parting the first score that differs; empty if all are equal or there are none
 * @param metrics the metrics of both, by name; NaN if a cell has none
 */
public record CellDifference(
    StoredCell a,
    StoredCell b,
    List<Cause> causes,
    List<String> shared,
    Optional<Parting> parting,
    SortedMap<String, Pair> metrics) {
  /** Copies the list. */
  public CellDifference {
    causes = List.copyOf(causes);
    shared = List.copyOf(shared);
  }

  /**
   * The first score that differs.
   *
   * @param after number of tasks trained by then; 0 before any training
   * @param set the evaluation set
   * @param scores both scores
   * @param examples number of its examples with different outcomes
   */
  public record Parting(int after, String set, Pair scores, int examples) {}

  /**
   * The same number of both cells.
   *
   * @param a of the one
   * @param b of the other
   */
  public record Pair(double a, double b) {}

  /** Compares two cells. */
  public static CellDifference of(StoredCell a, StoredCell b) {
    List<Cause> causes = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(a.inputs().keySet());
    names.addAll(b.inputs().keySet());
    for (String name : names) {
      add(causes, Cause.Layer.of(name), name, a.input(name), b.input(name));
    }
    add(causes, Cause.Layer.SEED, "seed", "" + a.seed(), "" + b.seed());
    TreeMap<String, String> kinds = new TreeMap<>(a.kinds());
    kinds.putAll(b.kinds());
    causes.addAll(RecipeDifference.of(a.recipe(), b.recipe(), kinds));
    plugins(causes, a.components(), b.components());
    Map<String, String> others = machine(b);
    machine(a)
        .forEach((key, value) -> add(causes, Cause.Layer.MACHINE, key, value, others.get(key)));
    causes.sort(Comparator.comparing(Cause::layer));
    return new CellDifference(a, b, causes, shared(a, b), parting(a, b), metrics(a, b));
  }

  /** What a cell ran on; empty texts where that is not known. */
  private static Map<String, String> machine(StoredCell cell) {
    Timing m = cell.times().measured();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("device", Timing.text(m.device(), ""));
    values.put("cpu", Timing.text(m.cpu(), ""));
    values.put("gpus", String.join(", ", m.gpus()));
    values.put("processors", m.processors() == null ? "" : m.processors().toString());
    values.put("operation threads", cell.operationThreads());
    values.put("os", Timing.text(m.os(), ""));
    values.put("java", Timing.text(m.java(), ""));
    values.put("palimpsest", Timing.text(m.palimpsest(), ""));
    return values;
  }

  private static void add(List<Cause> causes, Cause.Layer layer, String what, String a, String b) {
    boolean known = layer != Cause.Layer.MACHINE || (!a.isEmpty() && !b.isEmpty());
    if (known && !a.equals(b)) {
      causes.add(new Cause(layer, what, a.isEmpty() ? "nothing" : a, b.isEmpty() ? "nothing" : b));
    }
  }

  /** Components that both recipes have, from different JARs; a certificate changes no number. */
  private static void plugins(
      List<Cause> causes, Map<String, CellResult.Source> a, Map<String, CellResult.Source> b) {
    a.forEach(
        (id, x) -> {
          CellResult.Source y = b.get(id);
          if (y != null) {
            Cause.Layer layer = Cause.Layer.PLUGIN;
            add(causes, layer, id + ".plugin", x.plugin(), y.plugin());
            add(causes, layer, id + ".version", x.version(), y.version());
            add(causes, layer, id + ".jar", x.jar(), y.jar());
            add(causes, layer, id + ".sha256", x.sha256(), y.sha256());
          }
        });
  }

  private static List<String> shared(StoredCell a, StoredCell b) {
    List<String> shared = new ArrayList<>();
    List<String> tasks = a.tasks();
    for (int t = 0; t < Math.min(a.stages().size(), b.stages().size()); t++) {
      if (t >= tasks.size() || !a.stages().get(t).equals(b.stages().get(t))) {
        break;
      }
      shared.add(tasks.get(t));
    }
    return shared;
  }

  private static Optional<Parting> parting(StoredCell a, StoredCell b) {
    List<SortedMap<String, SetScore>> rows = a.rows();
    List<SortedMap<String, SetScore>> others = b.rows();
    for (int after = 0; after < Math.min(rows.size(), others.size()); after++) {
      for (Map.Entry<String, SetScore> e : rows.get(after).entrySet()) {
        SetScore other = others.get(after).get(e.getKey());
        if (other != null) {
          int changed = changed(e.getValue().perExample(), other.perExample());
          if (changed > 0 || e.getValue().value() != other.value()) {
            Pair scores = new Pair(e.getValue().value(), other.value());
            return Optional.of(new Parting(after, e.getKey(), scores, changed));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static int changed(double[] a, double[] b) {
    int changed = Math.abs(a.length - b.length);
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      changed += a[i] == b[i] ? 0 : 1;
    }
    return changed;
  }

  private static SortedMap<String, Pair> metrics(StoredCell a, StoredCell b) {
    TreeMap<String, Pair> all = new TreeMap<>();
    TreeSet<String> names = new TreeSet<>(a.metrics().keySet());
    names.addAll(b.metrics().keySet());
    for (String name : names) {
      all.put(
          name,
          new Pair(
              a.metrics().getOrDefault(name, Double.NaN),
              b.metrics().getOrDefault(name, Double.NaN)));
    }
    return all;
  }

  /** Whether a difference can affect results. */
  public boolean explained() {
    return causes.stream().anyMatch(c -> c.layer() != Cause.Layer.MACHINE);
  }

  /** The difference as JSON. */
  public ObjectNode json() {
    ObjectNode json = Json.object();
    json.set("a", a.json());
    json.set("b", b.json());
    ArrayNode all = json.putArray("causes");
    for (Cause c : causes) {
      all.addObject()
          .put("layer", c.layer().toString())
          .put("what", c.what())
          .put("a", c.a())
          .put("b", c.b());
    }
    ArrayNode common = json.putArray("shared_tasks");
    shared.forEach(common::add);
    parting.ifPresent(
        p ->
            json.putObject("parting")
                .put("after", p.after())
                .put("set", p.set())
                .put("a", p.scores().a())
                .put("b", p.scores().b())
                .put("examples", p.examples()));
    ObjectNode both = json.putObject("metrics");
    metrics.forEach((name, p) -> both.set(name, Json.array(new double[] {p.a(), p.b()})));
    return json;
  }

  /**
   * Finds the cells and compares them.
   *
   * @param folder the output folder of the one
   * @param a its id, or the beginning of it
   * @param other the output folder of the other
   * @param b its id, or the beginning of it
   * @throws io.github.palimpsest.api.PalimpsestException if one does not exist or is not unique
   */
  public static CellDifference of(Path folder, String a, Path other, String b) {
    return of(StoredCell.find(folder, a), StoredCell.find(other, b));
  }
}
