package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.ChangedInputs;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Inputs;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Quarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Determines the owner of an output folder: the experiment that its {@code experiment.json} names.
 * Without an intact one, a folder counts as one's own if it contains only files of output folders,
 * and no result or stage of another experiment.
 */
final class FolderOwner {
  private static final String NOTE = FolderLayout.EXPERIMENT;

  private static final Pattern FILES =
      Pattern.compile(
          "(plan|stages|origin|experiment|result|timing|failed|stage|run-[0-9a-f-]+|[0-9a-f]{8,64})"
              + "\\.json|experiment\\.yaml|SHA256SUMS|losses\\.(csv|crc)"
              + "|.*\\.(checkpoint|lock|part|tmp)");

  private FolderOwner() {}

  /**
   * Checks that a folder may be written to.
   *
   * @return the damage of its record of the owner, if there is any
   * @throws OutputException if it belongs to another experiment, or contains other files
   */
  static Optional<DamagedFileException> check(Path root, Plan plan) {
    SortedMap<String, String> shared = plan.shared();
    if (!Files.exists(root)) {
      return Optional.empty();
    }
    if (!Files.isDirectory(root)) {
      throw new OutputException("output folder '" + root + "' is not a folder");
    }
    Path note = root.resolve(NOTE);
    // checked twice: another run may be writing its first files just now
    if (holdsFiles(root) && !Files.exists(note)) {
      if (isOurs(root, shared)) {
        return Optional.of(new DamagedFileException(note, "it is missing"));
      }
      throw new OutputException(
          "output folder '"
              + root
              + "' holds other files and no "
              + NOTE
              + ": choose an empty or a new folder");
    }
    if (!Files.exists(note)) {
      return Optional.empty();
    }
    ExperimentIdentity owner;
    try {
      owner = JsonFile.read(note, ExperimentIdentity.class);
      if (owner.sha256() == null) {
        throw new DamagedFileException(note, "it names no experiment");
      }
    } catch (DamagedFileException e) {
      if (isOurs(root, shared)) {
        return Optional.of(e);
      }
      throw new OutputException(
          e.getMessage() + "; the folder has files of another experiment: choose another folder");
    }
    if (!owner.sha256().equals(Fingerprint.of(shared))) {
      throw new OutputException(
          "output folder '"
              + root
              + "' belongs to another experiment, '"
              + owner.name()
              + "'"
              + ChangedInputs.of(owner.shared(), plan)
              + ": choose another folder");
    }
    return Optional.empty();
  }

  private static boolean isOurs(Path root, SortedMap<String, String> shared) {
    Path cells = new FolderLayout(root).cells();
    return files(root).stream().allMatch(f -> FILES.matcher(f.getFileName().toString()).matches())
        && FolderCheck.units(root).stream()
            .map(u -> u.resolve(u.startsWith(cells) ? FolderLayout.RESULT : FolderLayout.ABOUT))
            .filter(Files::isRegularFile)
            .allMatch(record -> isOf(record, shared));
  }

  private static List<Path> files(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(f -> !f.startsWith(root.resolve(Quarantine.FOLDER)))
          .filter(f -> !Files.isDirectory(f))
          .toList();
    } catch (IOException e) {
      throw new OutputException(root, e);
    }
  }

  private static boolean isOf(Path record, SortedMap<String, String> shared) {
    try {
      Map<String, String> inputs = JsonFile.read(record, Inputs.class).inputs();
      return shared.entrySet().stream()
          .allMatch(e -> inputs.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
    } catch (DamagedFileException e) {
      return true; // it names no experiment
    }
  }

  private static boolean holdsFiles(Path root) {
    return Folders.content(root).stream()
        .anyMatch(p -> !p.getFileName().toString().endsWith(".part"));
  }
}
