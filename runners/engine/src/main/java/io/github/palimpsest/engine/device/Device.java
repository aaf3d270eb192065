package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
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
 * The device of a graph, {@code cpu} or {@code gpu:N}, or several of a kind that share a model:
 * {@code gpu:0-3} or {@code gpu:0,2}. {@code cpu:0-1} divides the CPU into virtual devices, which
 * saves nothing but runs the same code.
 *
 * <p>System properties configure TensorFlow. {@code palimpsest.threads} sets the number of threads
 * for one operation; the default is one for a small model, and for others the number of processors
 * or {@code palimpsest.threads.available}, by which workers share the processors. With {@code
 * palimpsest.rewrite=true} it rewrites each graph before the first run, which saves time for tasks
 * of many thousand steps.
 *
 * @param gpu whether these are GPUs
 * @param indices which ones, from 0, in the order of the model's layers; 0 for the CPU
 * @param threads number of threads for one operation; 0 if the size of the model decides
 */
public record Device(boolean gpu, List<Integer> indices, int threads) {
  /** The system property with the number of threads for one operation. */
  public static final String THREADS = "palimpsest.threads";

  /** The system property with the number of threads for an operation of a large model. */
  public static final String AVAILABLE = "palimpsest.threads.available";

  /** The CPU. */
  public static final Device CPU = new Device(false, List.of(0));

  /**
   * Number of parameters below which sharing an operation between threads takes longer than the
   * operation: a step with 260 thousand takes 1.2 to 1.6 times as long on two threads as on one.
   */
  private static final long SMALL = 1 << 20;

  /** The most devices of one model; the runtime creates all virtual devices up to the largest. */
  private static final int MOST = 64;

  /** The most runs of a small model side by side: each takes memory of its own. */
  private static final int MOST_RUNS = 4;

  /** The form of a device as a regular expression. */
  public static final String FORM = "(cpu|gpu)(:\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*)?";

  /** The runtime's number of threads with which the calling thread runs all operations itself. */
  private static final int RUN_BY_CALLER = -1;

  private static final Pattern WHOLE = Pattern.compile(FORM);
  private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");

  /** Copies the list. */
  public Device {
    indices = List.copyOf(indices);
  }

  /** Devices on which the size of the model decides the number of threads. */
  public Device(boolean gpu, List<Integer> indices) {
    this(gpu, indices, 0);
  }

  /**
   * The same device for training in this number of towers: each operation takes one thread if there
   * are several. All sessions of a process need the same device, since the first one decides.
   *
   * @throws PalimpsestException if there are several towers and several devices
   */
  public Device forTowers(int towers) {
    if (towers == 1) {
      return this;
    }
    if (several()) {
      throw new PalimpsestException(
          "towers=%d needs a single device, and '%s' names %d: the parts of a model on several"
                  .formatted(towers, this, indices.size())
              + " devices are computed one after another");
    }
    return new Device(gpu, indices, 1);
  }

  /** The CPU of the same machine, with as many threads for one operation. */
  public Device host() {
    return gpu || several() ? new Device(false, List.of(0), threads) : this;
  }

  /**
   * Reads {@code cpu}, {@code gpu}, {@code gpu:N}, {@code gpu:N-M}, or numbers and ranges separated
   * by commas, as {@code gpu:0,2} or {@code cpu:0-1}.
   *
   * @throws PalimpsestException if it is none of these
   */
  public static Device parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new PalimpsestException(
          "device '" + text + "' is neither cpu nor gpu:N, nor several as gpu:0-3 or gpu:0,2");
    }
    boolean gpu = text.startsWith("gpu");
    List<Integer> indices = new ArrayList<>();
    Matcher ranges = RANGE.matcher(text);
    while (ranges.find()) {
      int first = Integer.parseInt(ranges.group(1));
      int last = ranges.group(2) == null ? first : Integer.parseInt(ranges.group(2));
      if (last < first) {
        throw new PalimpsestException(
            "device '%s': the range %s ends before it begins".formatted(text, ranges.group()));
      }
      if (indices.size() + (long) last - first + 1 > MOST || !gpu && last >= MOST) {
        throw new PalimpsestException(
            "device '%s' names more than %d devices, or a virtual one above %d"
                .formatted(text, MOST, MOST - 1));
      }
      for (int i = first; i <= last; i++) {
        indices.add(i);
      }
    }
    if (new HashSet<>(indices).size() < indices.size()) {
      throw new PalimpsestException("device '" + text + "' names a device twice");
    }
    return new Device(gpu, indices.isEmpty() ? List.of(0) : indices);
  }

  /**
   * As {@link #parse}, for what a user writes: one virtual part of the CPU is no device to run on.
   *
   * @throws PalimpsestException if it is no device
   */
  public static Device named(String text) {
    Device device = parse(text);
    if (!device.gpu && !device.several() && device.indices.get(0) > 0) {
      throw new PalimpsestException("device '" + text + "' does not exist: there is one CPU, cpu");
    }
    return device;
  }

  /** The number that a system property states; empty if it states none. */
  private static OptionalInt stated(String property) {
    String text = System.getProperty(property, "");
    if (text.isBlank()) {
      return OptionalInt.empty();
    }
    if (!text.matches("\\d{1,4}")) {
      throw new PalimpsestException(
          "the system property %s is '%s', and must be a whole number from 0 (the number of processors) to 9999"
              .formatted(property, text));
    }
    int number = Integer.parseInt(text);
    return OptionalInt.of(number == 0 ? Runtime.getRuntime().availableProcessors() : number);
  }

  /** The number of threads that workers leave to an operation of a large model. */
  private static int available() {
    return stated(AVAILABLE).orElseGet(Runtime.getRuntime()::availableProcessors);
  }

  /** The processors that each of several workers of a machine has. */
  public static int processorsOfEach(int workers, int processors) {
    return Math.max(1, processors / workers);
  }

  /** The number of threads that share an operation of a model; its last digits depend on it. */
  public int operationThreads(List<ParameterSpec> parameters) {
    if (threads > 0) {
      return threads;
    }
    boolean small = parameters.stream().mapToLong(p -> p.shape().size()).sum() < SMALL;
    return stated(THREADS).orElseGet(() -> small ? 1 : available());
  }

  /**
   * The number of runs of a model that keep the processors of this process busy, where one run
   * leaves some idle: its operations follow one another, and those of a small model take one thread
   * each. 1 on a GPU.
   */
  public int sideBySide(List<ParameterSpec> parameters) {
    boolean one = gpu || several();
    return one ? 1 : Math.max(1, Math.min(MOST_RUNS, available() / operationThreads(parameters)));
  }

  /**
   * Lets this number of threads share each operation of the sessions that this process opens from
   * now on. Without effect on a device with a number of its own.
   *
   * @return false if the user has stated another number
   */
  public static boolean share(int operationThreads) {
    OptionalInt stated = stated(THREADS);
    if (stated.isPresent()) {
      return stated.getAsInt() == operationThreads;
    }
    System.setProperty(THREADS, Integer.toString(operationThreads));
    return true;
  }

  /** Whether there are several devices. */
  public boolean several() {
    return indices.size() > 1;
  }

  /**
   * The distribution of a model over the devices.
   *
   * @param parameters all parameters of the model
   * @throws PalimpsestException if the model has fewer layers than there are devices; names them
   */
  public LayerLayout layout(List<ParameterSpec> parameters) {
    try {
      return LayerLayout.of(parameters, indices.size());
    } catch (PalimpsestException e) {
      throw new PalimpsestException("device '" + this + "': " + e.getMessage(), e);
    }
  }

  /** Each of the devices on its own. */
  public List<Device> each() {
    return indices.stream().map(i -> new Device(gpu, List.of(i), threads)).toList();
  }

  /**
   * Whether the host's memory, that of {@code cpu:0}, is another device than those of the model.
   */
  public boolean hasHost() {
    return gpu || !indices.equals(List.of(0));
  }

  /** The runtime's name of one of the devices, such as {@code /device:GPU:1}. */
  String name(int place) {
    return "/device:" + (gpu ? "GPU:" : "CPU:") + indices.get(place);
  }

  /** The runtime's name of the host. */
  static String hostName() {
    return "/device:CPU:0";
  }

  /** Operations of a graph, placed on the first of the devices; see {@link Placement}. */
  public Ops place(Graph graph) {
    DeviceSpec.DeviceType type = gpu ? DeviceSpec.DeviceType.GPU : DeviceSpec.DeviceType.CPU;
    return Ops.create(graph)
        .withDevice(DeviceSpec.newBuilder().deviceType(type).deviceIndex(indices.get(0)).build());
  }

  /**
   * A session for a graph of these devices. TensorFlow starts the threads of all sessions of a
   * process for the first of them.
   *
   * @param parameters number of parameters of the model in the graph; operations of a small model
   *     are not shared between threads
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
      if (available() == 1) { // another thread would wait for this one's processor
        config.setInterOpParallelismThreads(RUN_BY_CALLER);
      }
      int last = indices.stream().mapToInt(i -> i).max().orElse(0);
      if (last > 0) {
        config.putDeviceCount("CPU", last + 1);
      }
    }
    // rewriting a graph takes seconds before its first step and saves a few percent of each step:
    // tasks are too short for that, unless the property says otherwise
    config.setGraphOptions(
        GraphOptions.newBuilder()
            .setRewriteOptions(
                RewriterConfig.newBuilder()
                    .setDisableMetaOptimizer(!Boolean.getBoolean("palimpsest.rewrite"))));
    config.setIntraOpParallelismThreads(operationThreads(parameters));
    return new Session(graph, config.build());
  }

  /** The shortest form that {@link #parse} reads, such as {@code cpu}, {@code gpu:0-2,5}. */
  @Override
  public String toString() {
    if (equals(CPU)) {
      return "cpu";
    }
    StringBuilder text = new StringBuilder(gpu ? "gpu:" : "cpu:");
    for (int from = 0; from < indices.size(); ) {
      int to = from;
      while (to + 1 < indices.size() && indices.get(to + 1) == indices.get(to) + 1) {
        to++;
      }
      text.append(from == 0 ? "" : ",").append(indices.get(from));
      text.append(to == from ? "" : "-" + indices.get(to));
      from = to + 1;
    }
    return text.toString();
  }
}
