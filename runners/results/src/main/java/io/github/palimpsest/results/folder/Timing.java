package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time and memory of a training, and its machine. No result depends on it. A number that was
 * not measured is null.
 *
 * @param wallSeconds the time of the training, without scoring
 * @param stepsTaken training steps
 * @param msPerStep the mean time of a step in milliseconds, without the first step of each task
 * @param peakRssBytes the peak memory of the process
 * @param resumed whether the training was interrupted and continued
 * @param device the device of the training
 * @param tensorflowJava the version of TensorFlow for Java; files of earlier versions call it
 *     {@code tensorflow}
 * @param tensorflowRuntime the version of the native TensorFlow
 * @param palimpsest the version of this software
 * @param cpu the processor's model
 * @param gpus the models of the GPUs
 * @param processors the number of processors available to the process
 * @param memoryBytes the machine's memory
 * @param os operating system and architecture
 * @param osVersion the version of the operating system
 * @param java the version of Java
 * @param javaVendor the vendor of Java
 * @param gradientPasses the forward-and-backward passes in the graphs
 * @param evaluationSeconds the time of scoring: of a stage's points, or of a cell's rows and of the
 *     points of its stages
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timing(
    @Nullable Double wallSeconds,
    @Nullable Long stepsTaken,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Double msPerStep,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long peakRssBytes,
    boolean resumed,
    @Nullable String device,
    @JsonAlias("tensorflow") @Nullable String tensorflowJava,
    @Nullable String tensorflowRuntime,
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
          null, null, null, null, false, null, null, null, null, null, List.of(), null, null, null,
          null, null, null, null, null);

  /** Copies the list. */
  public Timing {
    gpus = JsonFile.list(gpus);
  }

  /** A number, or NaN if it was not measured. */
  public static double number(@Nullable Number value) {
    return value == null ? Double.NaN : value.doubleValue();
  }

  /** A text, or another one if it is null. */
  public static String text(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
