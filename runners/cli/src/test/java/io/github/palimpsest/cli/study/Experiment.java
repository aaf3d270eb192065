package io.github.palimpsest.cli.study;

import io.github.palimpsest.results.archive.ResultArchive;
import io.github.palimpsest.results.text.Results;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run of an experiment file of the study.
 *
 * @param name of the run and of its results
 * @param model what is trained, for readers
 * @param arms the levels of the optimizer axis, in the order of the file
 * @param options of the command that runs it
 */
record Experiment(String name, String model, List<Arm> arms, String options) {
  private static final List<Arm> WHERE =
      List.of(
          Arm.ADAMW,
          Arm.FIRST,
          Arm.LATER,
          Arm.BOTH,
          new Arm("SAM in the first stage, rho 0.4", Arm.Role.OTHER),
          new Arm("ASAM in the first stage, rho 1", Arm.Role.OTHER),
          new Arm("functional SAM in the first stage", Arm.Role.OTHER),
          new Arm("random direction in the first stage", Arm.Role.CONTROL),
          new Arm("AdamW, first stage with lr 5e-4", Arm.Role.CONTROL));

  private static final List<Arm> FOUR = List.of(Arm.ADAMW, Arm.FIRST, Arm.LATER, Arm.BOTH);
  private static final List<Arm> THREE = List.of(Arm.ADAMW, Arm.FIRST, Arm.BOTH);

  /** The learning rates of the experiment at equal rates, as the page writes them. */
  static final List<String> RATES = List.of("3e-4", "1e-3", "3e-3");

  private static final String SMALL = "0.3 million parameters";
  private static final String MEDIUM = "2.1 million parameters";
  private static final String LARGE = "10.7 million parameters";
  private static final String SIZE = " --set size=";
  private static final String SMALL_RATES = SIZE + "small --set lr=0.003 --set sam-lr=0.001";
  private static final String MEDIUM_RATES = SIZE + "medium --set lr=0.001 --set sam-lr=3e-4";
  private static final String SHARED = " --set shared=../shared";

  /** All of the design, in its order; the rates of a size follow from its tuning. */
  static final List<Experiment> ALL =
      List.of(
          new Experiment("tune-small", SMALL, List.of(), SIZE + "small"),
          new Experiment("tune-medium", MEDIUM, List.of(), SIZE + "medium"),
          new Experiment("tune-large", LARGE, List.of(), SIZE + "large"),
          new Experiment("where-small", SMALL, WHERE, SMALL_RATES),
          new Experiment("where-medium", MEDIUM, WHERE, MEDIUM_RATES),
          new Experiment("where-large", LARGE, WHERE, ""),
          new Experiment("rates-small", SMALL, rates(), SIZE + "small"),
          new Experiment("rates-medium", MEDIUM, rates(), SIZE + "medium"),
          new Experiment("adds-small", SMALL, THREE, SIZE + "small"),
          new Experiment("compute-small", SMALL, THREE, SIZE + "small"),
          new Experiment("compute-medium", MEDIUM, THREE, SIZE + "medium"),
          new Experiment("sharpness", SMALL, List.of(), ""),
          new Experiment("teller", "0.26 million parameters, stories", FOUR, SHARED),
          new Experiment(
              "tuning",
              "stories260k, pre-trained",
              List.of(
                  Arm.ADAMW,
                  Arm.FIRST,
                  Arm.LATER,
                  Arm.BOTH,
                  new Arm("SAM in both, rho 0.2", Arm.Role.OTHER)),
              SHARED),
          new Experiment(
              "smollm2",
              "SmolLM2-135M-Instruct",
              List.of(Arm.ADAMW, Arm.FIRST, Arm.LATER),
              " --set model=smollm2-model" + SHARED));

  /** The arms at each rate, then those that change the rate of one stage without SAM. */
  private static List<Arm> rates() {
    List<Arm> all = new ArrayList<>();
    for (String rate : RATES) {
      FOUR.forEach(arm -> all.add(arm.at(rate)));
    }
    all.add(new Arm("AdamW, 1e-3 then 3e-3", Arm.Role.CONTROL));
    all.add(new Arm("AdamW, 3e-3 then 1e-3", Arm.Role.CONTROL));
    return List.copyOf(all);
  }

  /** The experiments of the rule for the primary questions. */
  static final List<String> PRIMARY =
      List.of("where-small", "where-medium", "where-large", "teller", "tuning", "smollm2");

  static Experiment named(String name) {
    return ALL.stream().filter(e -> e.name.equals(name)).findFirst().orElseThrow();
  }

  /** Whether arms also differ in the learning rate of a stage. */
  boolean mixesRates() {
    return options.equals(SMALL_RATES) || options.equals(MEDIUM_RATES);
  }

  /** The experiment file. */
  String file() {
    boolean ofAnySize = options.contains(SIZE);
    return (ofAnySize ? name.replaceFirst("-[a-z]+$", "") : name) + ".yaml";
  }

  /** The command that runs it. */
  String command() {
    return "runners/bin/palimpsest run runners/examples/paper/study/"
        + file()
        + options
        + " --out "
        + name
        + " --workers 2";
  }

  /** The results that are kept, or none if it was not run. */
  Optional<Results> results(Path folder) {
    Path archive = folder.resolve(name + ".json");
    if (!Files.exists(archive)) {
      return Optional.empty();
    }
    try (ResultArchive opened = ResultArchive.open(archive)) {
      return Optional.of(Results.of(opened.folder()));
    }
  }
}
