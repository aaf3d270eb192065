package io.github.palimpsest.cli.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The experiments of the study whose results are kept. */
final class Study {
  private final Map<String, Grid> grids = new LinkedHashMap<>();
  private final List<Experiment> missing = new ArrayList<>();

  /** Reads what is kept in a folder. */
  Study(Path results) {
    for (Experiment experiment : Experiment.ALL) {
      Grid.of(experiment, experiment.results(results))
          .ifPresentOrElse(g -> grids.put(experiment.name(), g), () -> missing.add(experiment));
    }
  }

  /** Those that were run, in the order of the design. */
  List<Grid> all() {
    return List.copyOf(grids.values());
  }

  /** Those that were not run. */
  List<Experiment> missing() {
    return missing;
  }

  Optional<Grid> grid(String name) {
    return Optional.ofNullable(grids.get(name));
  }

  List<Grid> grids(String prefix) {
    return grids.values().stream().filter(g -> g.experiment().name().startsWith(prefix)).toList();
  }

  /** The experiments of the primary questions that were run. */
  List<Grid> primary() {
    return Experiment.PRIMARY.stream().flatMap(name -> grid(name).stream()).toList();
  }
}
