package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.execution.StageStore;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Quarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The measurements that an output folder has, and the trained stages that can be measured. */
final class ProbeStore {
  private static final int ID_LENGTH = 16;

  private final Plan plan;
  private final Path root;
  private final StageStore stages;
  private final List<Stages> modes;

  ProbeStore(Plan plan, Path folder) {
    this.plan = plan;
    this.root = folder.toAbsolutePath().normalize();
    this.stages = new StageStore(root);
    this.modes = List.of(Stages.of(plan, true), Stages.of(plan, false));
  }

  FolderLayout layout() {
    return new FolderLayout(root);
  }

  StageStore stages() {
    return stages;
  }

  /**
   * The stages of a cell as its run trained them.
   *
   * @throws PalimpsestException if there is no state after the last one
   */
  List<Stage> chain(Cell cell) {
    return modes.stream()
        .map(mode -> mode.of(cell))
        .filter(chain -> stages.trained(chain.get(chain.size() - 1)))
        .findFirst()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    (Files.isRegularFile(layout().result(cell.id()))
                            ? "cell '%1$s' has a result and no longer the weights: '%2$s' lacks its"
                                + " states, which a run leaves in the object store of --store, an"
                                + " archive leaves out and somebody may have removed; remove '%3$s'"
                                + " and '%4$s', and 'run' of the same file and folder trains them"
                                + " again, to the same bytes"
                            : "cell '%1$s' has no weights in '%2$s': run it to its end first")
                        .formatted(
                            cell.id(),
                            layout().stages(),
                            layout().cell(cell.id()),
                            layout().scores())));
  }

  /** The hash of what determines a measurement of given weights. */
  String id(Component<Probe> probe, String on, int examples) {
    TreeMap<String, String> all = new TreeMap<>();
    ComponentId id = probe.id();
    Origins origins = new Origins(plan.registry());
    all.put("probe", probe.toString());
    all.put("plugin", origins.version(id) + " " + origins.sha256(id));
    all.put("on", on);
    all.put("examples", Integer.toString(examples));
    return Fingerprint.of(all).substring(0, ID_LENGTH);
  }

  /**
   * The probes without a measurement; those that there are go to {@code found}.
   *
   * @param name the cell or stage, for the listener
   * @param file where the measurement of a probe lies
   */
  <T> List<Component<Probe>> missing(
      String name,
      List<Component<Probe>> probes,
      Function<Component<Probe>, Path> file,
      Class<T> type,
      ProbeListener listener,
      Collection<T> found) {
    List<Component<Probe>> missing = new ArrayList<>();
    for (Component<Probe> probe : probes) {
      known(file.apply(probe), type, listener)
          .ifPresentOrElse(
              measured -> {
                listener.measured(name);
                found.add(measured);
              },
              () -> missing.add(probe));
    }
    return missing;
  }

  /** The content of a file; empty if it is damaged, so that it is measured again. */
  private <T> Optional<T> known(Path file, Class<T> type, ProbeListener listener) {
    try {
      return Files.isRegularFile(file) ? Optional.of(JsonFile.read(file, type)) : Optional.empty();
    } catch (DamagedFileException e) {
      try {
        new Quarantine(root).take(file);
      } catch (IOException io) {
        throw new OutputException(file, io);
      }
      listener.damaged(e.getMessage() + "; it is measured again");
      return Optional.empty();
    }
  }
}
