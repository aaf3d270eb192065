package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.experiment.file.DataAddress;
import io.github.palimpsest.experiment.file.DataFiles;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files and folders that an experiment reads, on whatever machine works on it. */
public final class InputPaths {
  private InputPaths() {}

  /**
   * Where an input is.
   *
   * @param what the input, for people
   * @param path absolute
   */
  public record Input(String what, Path path) {}

  /**
   * All inputs with a path; what is generated has none.
   *
   * @throws io.github.palimpsest.api.PalimpsestException with its place in the file, if one does
   *     not exist
   */
  public static List<Input> of(Experiment e) {
    List<Input> all = new ArrayList<>();
    if (e.classifier().isPresent()) {
      e.classifier()
          .flatMap(c -> c.tokenizer().map(t -> DataPaths.find(e, c.place(), t)))
          .ifPresent(folder -> add(all, "the tokenizer", folder));
    } else {
      ModelOrigin.of(e).folders().forEach(folder -> add(all, "the model", folder));
    }
    Stream.of(e.corpus().stream(), e.tasks().stream(), e.evaluation().stream())
        .flatMap(sets -> sets)
        .forEach(set -> add(all, e, set));
    return List.copyOf(all);
  }

  private static void add(List<Input> all, Experiment e, DataSet set) {
    for (DataFiles.One one : set.data().files()) {
      if (!DataAddress.generated(one.written().text())) {
        add(all, "the data of '" + set.name() + "'", DataPaths.find(e, set.place(), one.written()));
      }
    }
    set.test()
        .filter(test -> !DataAddress.generated(test.text()))
        .map(test -> DataPaths.find(e, set.place(), test))
        .ifPresent(test -> add(all, "the test data of '" + set.name() + "'", test));
  }

  private static void add(List<Input> all, String what, Path path) {
    all.add(new Input(what, path.toAbsolutePath().normalize()));
  }
}
