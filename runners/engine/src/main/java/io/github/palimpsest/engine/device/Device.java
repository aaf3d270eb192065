package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * Where a graph runs: {@code cpu} or {@code gpu:N}.
 *
 * <p>Two system properties reach TensorFlow: {@code palimpsest.threads} sets how many threads work
 * on one operation, one for a small model and as many as there are processors for others, and
 * {@code palimpsest.rewrite=true} lets it rewrite each graph before its first run, which pays for
 * tasks of many thousand steps.
 *
 * @param gpu whether it is a GPU
 * @param index which GPU, from 0; 0 for the CPU
 */
public record Device(boolean gpu, int index) {
  /** The CPU. */
  public static final Device CPU = new Device(false, 0);

  /**
   * Parameters of a model for which threads take longer to share an operation than it takes: a step
   * of 260 thousand takes 1.2 to 1.6 times as long on two threads as on one.
   */
  private static final long SMALL = 1 << 20;

  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

  /**
   * Reads {@code cpu}, {@code gpu} or {@code gpu:N}.
   *
   * @throws PalimpsestException if it is none of these
   */
  public static Device parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    Matcher m = GPU.matcher(text);
    if (!m.matches()) {
      throw new PalimpsestException("device '" + text + "' is neither cpu nor gpu:N");
    }
    return new Device(true, m.group(1) == null ? 0 : Integer.parseInt(m.group(1)));
  }

  private static int threads(String text) {
    if (!text.matches("\\d{1,4}")) {
      throw new PalimpsestException(
          "the system property palimpsest.threads is '"
              + text
              + "', and must be a whole number from 0, which leaves it to TensorFlow, to 9999");
    }
    return Integer.parseInt(text);
  }

  /** Operations of a graph, placed on this device. */
  public Ops place(Graph graph) {
    DeviceSpec.DeviceType type = gpu ? DeviceSpec.DeviceType.GPU : DeviceSpec.DeviceType.CPU;
    return Ops.create(graph)
        .withDevice(DeviceSpec.newBuilder().deviceType(type).deviceIndex(index).build());
  }

  /**
   * A session for a graph of this device. TensorFlow starts the threads of all sessions of a
   * process for the first of them.
   *
   * @param parameters of the model that the graph is about: the operations of a small one are not
   *     worth being shared out
   */
  public Session session(Graph graph, List<ParameterSpec> parameters) {
    ConfigProto.Builder config = ConfigProto.newBuilder();
    if (gpu) {
      config.setAllowSoftPlacement(true);
      // no list of visible GPUs: a process may number them in one way only, and listing the devices
      // has done so
      config.setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true));
    } else {
      config.putDeviceCount("GPU", 0);
    }
    // rewriting a graph takes seconds before its first step and saves some hundredths of each:
    // tasks
    // are too short for that, unless the property says otherwise
    config.setGraphOptions(
        GraphOptions.newBuilder()
            .setRewriteOptions(
                RewriterConfig.newBuilder()
                    .setDisableMetaOptimizer(!Boolean.getBoolean("palimpsest.rewrite"))));
    String threads = System.getProperty("palimpsest.threads", "");
    if (!threads.isBlank()) {
      config.setIntraOpParallelismThreads(threads(threads));
    } else if (parameters.stream().mapToLong(p -> p.shape().size()).sum() < SMALL) {
      config.setIntraOpParallelismThreads(1);
    }
    return new Session(graph, config.build());
  }

  @Override
  public String toString() {
    return gpu ? "gpu:" + index : "cpu";
  }
}
