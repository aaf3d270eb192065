package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What training took, and where it ran. No result depends on it. A number that was not measured is
 * null.
 *
 * @param wallSeconds the time of the training
 * @param stepsTaken training steps
 * @param msPerStep the mean time of a step but the first of a task, in milliseconds
 * @param peakRssBytes the most memory that the process held
 * @param resumed whether the training was interrupted and went on
 * @param device where it ran
 * @param tensorflow the version of TensorFlow for Java
 * @param palimpsest the version of this software
 * @param cpu the processor's model
 * @param gpus the models of the GPUs
 * @param processors how many processors the process could use
 * @param memoryBytes the machine's memory
 * @param os operating system and architecture
 * @param osVersion its version
 * @param java the version of Java
 * @param javaVendor who made it
 * @param gradientPasses forward-and-backward passes that the graphs have
 * @param evaluationSeconds the time of scoring; of a cell alone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timing(
    @Nullable Double wallSeconds,
    @Nullable Long stepsTaken,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Double msPerStep,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long peakRssBytes,
    boolean resumed,
    @Nullable String device,
    @Nullable String tensorflow,
    @Nullable String palimpsest,
    @Nullable String cpu,
    List<String> gpus,
    @Nullable Integer processors,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long memoryBytes,
    @Nullable String os,
    @Nullable String osVersion,
    @Nullable String java,
    @Nullable String javaVendor,
    @Nullable Long gradientPasses,
    @Nullable Double evaluationSeconds) {
  /** Nothing was measured. */
  public static final Timing NOTHING =
      new Timing(
          null, null, null, null, false, null, null, null, null, List.of(), null, null, null, null,
          null, null, null, null);

  /** Copies the list. */
  public Timing {
    gpus = JsonFile.list(gpus);
  }

  /** A number, or NaN where it was not measured. */
  public static double number(@Nullable Number value) {
    return value == null ? Double.NaN : value.doubleValue();
  }

  /** A text, or other words where there is none. */
  public static String text(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
