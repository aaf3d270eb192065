package io.github.palimpsest.cli.option;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellResult.Source;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunOrigin;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said before a plan takes the place of the one that a folder has. */
public final class FormerPlan {
  private final Plan plan;
  private final Path file;
  private final FolderLayout layout;
  private final Origins origins;

  private FormerPlan(Plan plan, Path file, Path folder) {
    this.plan = plan;
    this.file = file;
    origins = new Origins(plan.registry());
    layout = new FolderLayout(folder);
  }

  /**
   * The changes, one sentence each: planned cells without a result that the new plan leaves out,
   * and cells with a result that it trains again, since a plugin is another.
   *
   * @param plan the new plan
   * @param file its experiment file
   */
  public static List<String> changes(Plan plan, Path file, Path folder) {
    FormerPlan former = new FormerPlan(plan, file, folder);
    try {
      boolean same =
          ExperimentIdentity.of(former.layout)
              .filter(identity -> identity.sha256().equals(Fingerprint.of(plan.shared())))
              .isPresent();
      return same
          ? Stream.of(former.dropped(), former.retrained()).flatMap(Optional::stream).toList()
          : List.of(); // a folder of another experiment is refused
    } catch (DamagedFileException e) {
      return List.of(); // the run sets it aside
    }
  }

  private Optional<String> dropped() {
    Set<String> own = plan.planned().stream().map(Cell::id).collect(Collectors.toSet());
    List<CellHistory.Planned> left =
        GridPlan.find(layout).map(GridPlan::cells).orElse(List.of()).stream()
            .filter(c -> !own.contains(c.id()) && !JsonFile.isThere(layout.result(c.id())))
            .toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' leaves out %d planned %s of '%s' without a result, the first %s%s: no worker"
                    .formatted(
                        file,
                        left.size(),
                        cells(left.size()),
                        layout.root(),
                        left.get(0).id(),
                        FolderExperiment.named(left.get(0)))
                + " trains what the latest plan does not name"
                + RunOrigin.of(layout.root())
                    .map(o -> "; '" + o.file() + "' planned it, and plans it again")
                    .orElse(""));
  }

  /** A recipe with its settings, and a seed. */
  private record Training(String recipe, long seed) {}

  private Optional<String> retrained() {
    Map<Training, Cell> open = new HashMap<>();
    Set<String> own = plan.planned().stream().map(Cell::id).collect(Collectors.toSet());
    plan.cells().stream()
        .filter(c -> !FolderExperiment.isFinished(c, layout.root()))
        .forEach(c -> open.put(new Training(c.recipe().toString(), c.seed()), c));
    if (open.isEmpty()) {
      return Optional.empty();
    }
    List<Cell> again = new ArrayList<>();
    TreeMap<String, String> changed = new TreeMap<>();
    for (Path folder : Folders.contentIfThere(layout.cells())) {
      Path file = layout.result(folder.getFileName().toString());
      if (own.contains(folder.getFileName().toString()) || !JsonFile.isThere(file)) {
        continue;
      }
      CellResult result = CellResult.of(file);
      Cell cell = open.get(new Training(result.recipe(), result.seed()));
      if (cell != null) {
        again.add(cell);
        changed.putAll(changed(result, cell));
      }
    }
    return again.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%d %s of '%s' with a result %s trained again, since %s; the earlier %s, and no report"
                    .formatted(
                        again.size(),
                        cells(again.size()),
                        layout.root(),
                        again.size() == 1 ? "is" : "are",
                        String.join(", ", changed.values()),
                        again.size() == 1 ? "result stays" : "results stay")
                + " shows "
                + (again.size() == 1 ? "it" : "them"));
  }

  /** The components of a result whose plugin is another now, in words, by their ids. */
  private Map<String, String> changed(CellResult result, Cell cell) {
    Map<String, Source> before =
        result.components().stream().collect(Collectors.toMap(Source::id, s -> s, (a, b) -> a));
    Map<String, String> changed = new TreeMap<>();
    Origins.all(cell.recipe()).stream()
        .map(origins::source)
        .forEach(
            now -> {
              Source then = before.get(now.id());
              if (then != null && !told(then).equals(told(now))) {
                changed.put(
                    now.id(),
                    "'%s' is now of %s, and was of %s".formatted(now.id(), told(now), told(then)));
              }
            });
    return changed;
  }

  private static String told(Source source) {
    return source.jar() + " (" + source.version() + ", sha256 " + shortened(source.sha256()) + ")";
  }

  private static String shortened(String sha256) {
    return sha256.substring(0, Math.min(8, sha256.length()));
  }

  private static String cells(int count) {
    return count == 1 ? "cell" : "cells";
  }
}
