package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code y = x W + b}: trains biases and nothing else. The biases that the model has, those of
 * normalisations included, start at their values; the product with each kernel that has none gets
 * one, which starts at 0.
 *
 * <p>Ben-Zaken, Ravfogel and Goldberg 2021, arXiv:2106.10199, train the biases of models that have
 * them everywhere. New biases are for decoders of the Llama kind, which have none. They are no
 * tensors of such a model, so weights with them are scored and trained on, and neither merged nor
 * saved as a model. A kernel {@code NAME.weight} has a bias if the model has {@code NAME.bias}; the
 * head gets none. Rules PAR-01 to PAR-11.
 *
 * @param fresh whether kernels without a bias get one
 */
record BitFit(boolean fresh) implements Adapter {
  static final Setting<Boolean> NEW =
      Setting.flag("new", true, "adds a bias to the product with each kernel that has none");

  private static final String OWN = "own.";

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "bitfit",
              "BitFit: trains the biases, and adds those that the model lacks",
              "y = x W + b; b is trained, W is frozen; a new b starts at 0")
          .settings(NEW)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Ben-Zaken, Ravfogel and Goldberg 2021, BitFit: simple parameter-efficient"
                      + " fine-tuning for transformer-based masked language-models"
                      + " (arXiv:2106.10199)"))
          .promises(BitFit::promised)
          .creates(s -> new BitFit(s.get(NEW)));

  private static Set<Promise> promised(Settings s) {
    Set<Promise> usual = Promise.usual(Kind.ADAPTER);
    if (s.get(NEW)) {
      usual.add(Promise.UNMERGEABLE);
    }
    return usual;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    List<ParameterSpec> own = base.stream().filter(BitFit::isBias).toList();
    Set<String> names = own.stream().map(ParameterSpec::name).collect(Collectors.toSet());
    List<AddedBias> added =
        base.stream()
            .filter(p -> fresh && p.role() == Role.KERNEL && !names.contains(biasOf(p)))
            .map(AddedBias::of)
            .toList();
    if (own.isEmpty() && added.isEmpty()) {
      throw new PalimpsestException(
          "'bitfit(new=false)' finds no bias in this model: without 'new=false' it adds one to each"
              + " kernel");
    }
    return new Bound(base, own, added);
  }

  private static boolean isBias(ParameterSpec p) {
    return p.role() == Role.BIAS || p.role() == Role.NORM && p.name().endsWith("bias");
  }

  private static String biasOf(ParameterSpec kernel) {
    return kernel.name().replaceFirst("weight$", "bias");
  }

  private record Bound(List<ParameterSpec> base, List<ParameterSpec> own, List<AddedBias> added)
      implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      List<ParameterSpec> all = new ArrayList<>();
      own.forEach(p -> all.add(new ParameterSpec(OWN + p.name(), p.shape(), p.role(), p.layer())));
      added.forEach(b -> all.add(b.parameter()));
      return all;
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot from, RandomGenerator rng) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      Map<String, float[]> values = new LinkedHashMap<>();
      for (ParameterSpec p : own) {
        shapes.put(OWN + p.name(), p.shape());
        values.put(OWN + p.name(), from.copy(p.name()));
      }
      for (AddedBias b : added) {
        ParameterSpec p = b.parameter();
        shapes.put(p.name(), p.shape());
        values.put(p.name(), new float[Math.toIntExact(p.shape().size())]);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights from) {
      Map<String, Operand<TFloat32>> replaced = new LinkedHashMap<>();
      own.forEach(p -> replaced.put(p.name(), trainable.tensors().get(OWN + p.name())));
      Map<String, Operand<TFloat32>> biases = new LinkedHashMap<>();
      for (AddedBias b : added) {
        biases.put(b.parameter().name(), trainable.tensors().get(b.parameter().name()));
      }
      return AddedBias.on(tf, new ReplacedWeights(tf, replaced, from), Tensors.of(biases));
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot from) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.forEach(p -> shapes.put(p.name(), p.shape()));
      added.forEach(b -> shapes.put(b.parameter().name(), b.parameter().shape()));
      Set<String> trained = trainable.names();
      return WeightSnapshot.computed(
          shapes,
          name ->
              trained.contains(OWN + name)
                  ? trainable.copy(OWN + name)
                  : trained.contains(name) ? trainable.copy(name) : from.copy(name));
    }
  }
}
