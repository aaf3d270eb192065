package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * An adapter next to parameters of the model that are trained in full, such as PEFT's {@code
 * modules_to_save} and biases. They start at the base's values and replace them.
 *
 * @param inner the adapter of the other parameters
 * @param all the model's parameters
 * @param full those that are trained in full
 * @param adapted the kernels that {@code inner} adapts
 */
record TrainedInFull(
    BoundAdapter inner, List<ParameterSpec> all, List<ParameterSpec> full, Set<String> adapted)
    implements BoundAdapter, PeftExport, PeftImport {
  private static final String PREFIX = "full.";

  /**
   * The adapter itself, if no name matches and the pattern is empty.
   *
   * @param names parameters whose whole name matches are trained in full
   * @throws PalimpsestException if a pattern matches nothing, or a parameter that is adapted
   */
  static BoundAdapter next(
      BoundAdapter inner, List<ParameterSpec> all, Set<String> adapted, Pattern names) {
    if (names.pattern().isEmpty()) {
      return inner;
    }
    List<ParameterSpec> full = all.stream().filter(p -> names.matcher(p.name()).matches()).toList();
    if (full.isEmpty()) {
      throw new PalimpsestException(
          "setting 'full': \"" + names + "\" matches no parameter of the model");
    }
    full.stream()
        .filter(p -> adapted.contains(p.name()))
        .findFirst()
        .ifPresent(
            p -> {
              throw new PalimpsestException(
                  "'" + p.name() + "' matches both 'target' and 'full'; it can have only one");
            });
    return new TrainedInFull(inner, all, full, adapted);
  }

  @Override
  public List<ParameterSpec> trainable() {
    List<ParameterSpec> trained = new ArrayList<>(inner.trainable());
    full.forEach(
        p -> trained.add(new ParameterSpec(PREFIX + p.name(), p.shape(), p.role(), p.layer())));
    return trained;
  }

  @Override
  public List<ParameterSpec> derived() {
    return inner.derived();
  }

  @Override
  public Tensors derive(Ops tf, Weights base, KernelInputs inputs, RandomGenerator rng) {
    return inner.derive(tf, base, inputs, rng);
  }

  @Override
  public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
    return joined(inner.initial(base, rng), base, ParameterSpec::name);
  }

  /** The inner adapter's values, and those of the full parameters under other names. */
  private WeightSnapshot joined(
      WeightSnapshot ofInner, WeightSnapshot values, Function<ParameterSpec, String> name) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> all = new TreeMap<>();
    for (String n : ofInner.names()) {
      shapes.put(n, ofInner.shape(n));
      all.put(n, ofInner.copy(n));
    }
    for (ParameterSpec p : full) {
      shapes.put(PREFIX + p.name(), p.shape());
      all.put(PREFIX + p.name(), values.copy(name.apply(p)));
    }
    return WeightSnapshot.of(shapes, all);
  }

  @Override
  public Weights effective(Ops tf, Params trainable, Weights base) {
    return inner.effective(tf, trainable, replaced(tf, trainable, base));
  }

  @Override
  public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
    return inner.training(tf, trainable, replaced(tf, trainable, base), noise);
  }

  private Weights replaced(Ops tf, Params trainable, Weights base) {
    Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
    full.forEach(p -> own.put(p.name(), trainable.tensors().get(PREFIX + p.name())));
    return new ReplacedWeights(tf, own, base);
  }

  @Override
  public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
    Set<String> names = new TreeSet<>(full.stream().map(ParameterSpec::name).toList());
    return inner.merge(trainable, new MergedWeights(base, names, n -> trainable.copy(PREFIX + n)));
  }

  @Override
  public PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base) {
    requirePeft();
    PeftAdapter ofInner = inner.capability(PeftExport.class).orElseThrow().toPeft(trainable, base);
    TreeMap<String, Object> config = new TreeMap<>(ofInner.config());
    config.putAll(new PeftModules(all, full, adapted).config());
    TreeMap<String, Shape> shapes = new TreeMap<>();
    Map<String, String> ours = new TreeMap<>();
    for (ParameterSpec p : full) {
      String name = PeftModules.tensor(p, adapted);
      shapes.put(name, p.shape());
      ours.put(name, PREFIX + p.name());
    }
    WeightSnapshot lowRank = ofInner.tensors();
    lowRank.names().forEach(n -> shapes.put(n, lowRank.shape(n)));
    return PeftAdapter.of(
        config,
        WeightSnapshot.computed(
            shapes, n -> ours.containsKey(n) ? trainable.copy(ours.get(n)) : lowRank.copy(n)));
  }

  @Override
  public WeightSnapshot fromPeft(WeightSnapshot tensors, WeightSnapshot base) {
    requirePeft();
    Map<String, String> names = new TreeMap<>();
    for (ParameterSpec p : full) {
      String name = PeftModules.tensor(p, adapted);
      names.put(p.name(), name);
      PeftTensors.require(tensors.names(), name);
      if (!tensors.shape(name).equals(p.shape())) {
        throw new PalimpsestException(
            "tensor '%s' of the adapter has shape %s, and the model needs %s"
                .formatted(name, tensors.shape(name), p.shape()));
      }
    }
    Collection<String> taken = names.values();
    TreeMap<String, Shape> others = new TreeMap<>();
    tensors.names().stream()
        .filter(n -> !taken.contains(n))
        .forEach(n -> others.put(n, tensors.shape(n)));
    return joined(
        inner
            .capability(PeftImport.class)
            .orElseThrow()
            .fromPeft(WeightSnapshot.computed(others, tensors::copy), base),
        tensors,
        p -> names.get(p.name()));
  }

  private void requirePeft() {
    boolean tied = all.stream().noneMatch(p -> p.role() == ParameterSpec.Role.HEAD);
    for (ParameterSpec p : full) {
      if (p.role() == ParameterSpec.Role.KERNEL) {
        throw new PalimpsestException(
            "'modules_to_save' with the kernel '"
                + p.name()
                + "' is not supported in PEFT's files");
      }
      if (tied && p.role() == ParameterSpec.Role.EMBEDDING) {
        throw new PalimpsestException(
            "'modules_to_save' with '"
                + p.name()
                + "', which is also the head of this model, is not supported in PEFT's files: PEFT"
                + " would separate the two");
      }
    }
  }
}
