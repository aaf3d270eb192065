package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Orthogonal fine-tuning: the inputs of each kernel {@code W [in, out]} are rotated, in blocks of b
 * of them,
 *
 * <pre>
 *   W' = diag(R_1, R_2, ...) W,    R_i from a skew-symmetric Q_i [b, b], Q_i = 0 at the start
 *   neumann:  R = I + 2 Q + 2 Q^2 + 2 Q^3 + Q^4
 *   exact:    R = (I - Q) (I + Q)^-1
 * </pre>
 *
 * <p>Qiu et al. 2023, arXiv:2306.07280, and Cayley-Neumann's form of Qiu et al. 2025,
 * arXiv:2506.19847, as in PEFT 0.18 and later, whose adapters can be read and written. The two
 * forms turn in opposite directions for the same Q, so an adapter of one is none of the other.
 * Where b does not divide the number of inputs, the nearest number that does is taken, as in PEFT.
 * Rules PAR-01 to PAR-05.
 *
 * @param target kernels whose whole name matches are adapted
 * @param block b
 * @param form how R follows from Q
 * @param full parameters that are trained in full
 * @param mergesAfterTask whether the rotations become part of W after each task
 */
record Oft(Pattern target, int block, Rotation form, Pattern full, boolean mergesAfterTask)
    implements Adapter {
  static final Setting<Integer> BLOCK =
      Setting.integer("block", 32, 2, 4096, "b, number of inputs that are rotated together");
  static final Setting<Rotation> FORM =
      Setting.choice(
          "form",
          Rotation.class,
          Rotation.NEUMANN,
          "R of Q: five terms of a series, or the rotation itself");

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "oft",
              "Orthogonal fine-tuning: rotates the inputs of each kernel in blocks",
              "W' = diag(R_1, R_2, ...) W; R = I + 2 Q + 2 Q^2 + 2 Q^3 + Q^4 (neumann) or (I - Q) (I +"
                  + " Q)^-1 (exact); Q skew-symmetric, 0 at the start")
          .settings(
              LowRankSettings.TARGET,
              BLOCK,
              FORM,
              LowRankSettings.FULL,
              LowRankSettings.MERGE_AFTER_TASK)
          .traits(
              s ->
                  LowRankSettings.traits(
                      s,
                      "Qiu et al. 2023, Controlling text-to-image diffusion by orthogonal finetuning,"
                          + " arXiv:2306.07280",
                      "Qiu et al. 2025, Orthogonal finetuning made scalable, arXiv:2506.19847"))
          .with(PeftReader.class, OftConfig::recipe)
          .creates(
              s ->
                  new Oft(
                      s.get(LowRankSettings.TARGET),
                      s.get(BLOCK),
                      s.get(FORM),
                      s.get(LowRankSettings.FULL),
                      s.get(LowRankSettings.MERGE_AFTER_TASK)));

  /** The name of the entries of Q of a kernel. */
  static String q(String kernel) {
    return "oft_R." + kernel;
  }

  /** The divisor of a number of inputs that is nearest to a block size; of two, the smaller. */
  static int nearest(int in, int block) {
    if (block >= in) {
      return in;
    }
    int higher = block;
    while (in % higher != 0) {
      higher++;
    }
    int lower = block;
    while (in % lower != 0) {
      lower--;
    }
    return block - lower <= higher - block ? lower : higher;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    Map<String, ParameterSpec> kernels = new TreeMap<>();
    for (ParameterSpec w : LowRank.kernels(target, base)) {
      if (nearest(Math.toIntExact(w.shape().get(0)), block) < 2) {
        throw new PalimpsestException(
            "setting 'block': "
                + block
                + ": kernel '"
                + w.name()
                + "' of shape "
                + w.shape()
                + " would have blocks of one input, which cannot be rotated");
      }
      kernels.put(w.name(), w);
    }
    return TrainedInFull.next(new Bound(this, base, kernels), base, kernels.keySet(), full);
  }

  private record Bound(Oft settings, List<ParameterSpec> all, Map<String, ParameterSpec> kernels)
      implements BoundAdapter, PeftExport, PeftImport {
    private int block(ParameterSpec w) {
      return nearest(Math.toIntExact(w.shape().get(0)), settings.block);
    }

    @Override
    public List<ParameterSpec> trainable() {
      return kernels.values().stream().map(this::entries).toList();
    }

    private ParameterSpec entries(ParameterSpec w) {
      long b = block(w);
      Shape shape = Shape.of(w.shape().get(0) / b, b * (b - 1) / 2);
      return new ParameterSpec(q(w.name()), shape, Role.ADAPTER, w.layer());
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      trainable().forEach(p -> shapes.put(p.name(), p.shape()));
      return WeightSnapshot.computed(
          shapes, name -> new float[Math.toIntExact(shapes.get(name).size())]);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      Map<String, Operand<TFloat32>> rotated = new LinkedHashMap<>();
      for (ParameterSpec w : kernels.values()) {
        int b = block(w);
        Operand<TFloat32> r = settings.form.of(tf, trainable.tensors().get(q(w.name())), b);
        long out = w.shape().get(1);
        rotated.put(w.name(), Rotation.rotated(tf, r, base.dense(w.name()), b, out));
      }
      return new ReplacedWeights(tf, rotated, base);
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return new MergedWeights(
          base,
          all,
          new TreeSet<>(kernels.keySet()),
          name -> merged(kernels.get(name), trainable.copy(q(name)), base.copy(name)));
    }

    /** {@code R W}, in double precision. */
    private float[] merged(ParameterSpec w, float[] q, float[] before) {
      int b = block(w);
      int out = Math.toIntExact(w.shape().get(1));
      float[] after = new float[before.length];
      for (int start = 0; start < before.length / out; start += b) {
        double[] r = settings.form.of(q, start / b * (b * (b - 1) / 2), b);
        for (int i = 0; i < b; i++) {
          for (int j = 0; j < out; j++) {
            double sum = 0;
            for (int k = 0; k < b; k++) {
              sum += r[i * b + k] * before[(start + k) * out + j];
            }
            after[(start + i) * out + j] = (float) sum;
          }
        }
      }
      return after;
    }

    @Override
    public PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      Map<String, String> ours = new TreeMap<>();
      for (String kernel : kernels.keySet()) {
        shapes.put(OftConfig.tensor(kernel), trainable.shape(q(kernel)));
        ours.put(OftConfig.tensor(kernel), q(kernel));
      }
      return PeftAdapter.of(
          OftConfig.of(settings, kernels.keySet(), all),
          WeightSnapshot.computed(shapes, name -> trainable.copy(ours.get(name))));
    }

    @Override
    public WeightSnapshot fromPeft(WeightSnapshot tensors, WeightSnapshot base) {
      TreeSet<String> left = new TreeSet<>(tensors.names());
      TreeMap<String, Shape> shapes = new TreeMap<>();
      Map<String, String> theirs = new TreeMap<>();
      for (ParameterSpec w : kernels.values()) {
        String name = OftConfig.tensor(w.name());
        PeftTensors.require(left, name);
        left.remove(name);
        Shape wanted = entries(w).shape();
        if (!tensors.shape(name).equals(wanted)) {
          throw new PalimpsestException(
              "tensor '%s' of the adapter has shape %s, and the model needs %s"
                  .formatted(name, tensors.shape(name), wanted));
        }
        shapes.put(q(w.name()), wanted);
        theirs.put(q(w.name()), name);
      }
      if (!left.isEmpty()) {
        throw new PalimpsestException(
            "tensor '" + left.first() + "' of the adapter is not in the model");
      }
      return WeightSnapshot.computed(shapes, name -> tensors.copy(theirs.get(name)));
    }
  }
}
