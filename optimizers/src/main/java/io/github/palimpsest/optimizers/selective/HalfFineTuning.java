package io.github.palimpsest.optimizers.selective;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Half fine-tuning over any base optimizer: of each module's matrices, in each layer, a random
 * share moves, the others keep their weights for the whole task, and each task draws again:
 *
 * <pre>
 *   w = w + b u,   b = 0 for frozen n of the n matrices of a module drawn at random, else 1
 * </pre>
 *
 * <p>Hui et al. 2024, arXiv:2404.18466, whose choice is by category: two of the four matrices of
 * each attention move, of the three of each feed-forward two in half of the layers and one in the
 * others, and half of the normalisations of each layer. Where {@code frozen n} is not whole, one
 * matrix more stays in as many randomly drawn layers as make the share exact over all layers,
 * rounded down. A module is what the names of its matrices have in common up to their last two
 * parts, as in {@code layers.0.mlp.up_proj.weight}. Embeddings, heads, biases and the last
 * normalisation always move, as in the paper, whose models have no biases; kernels outside of any
 * layer are drawn as those of one layer. The whole update of the base is left out, its decay with
 * it. The draw is made at the first step of a task from its random stream and is kept as state.
 * Rules OPT-01 to OPT-10.
 */
record HalfFineTuning(Optimizer base, double frozen) implements Wrapper {
  static final Setting<Double> FROZEN =
      Setting.real(
          "frozen",
          0.5,
          0,
          1,
          "share of the matrices of each module, and of the norms of each layer, that stay");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "half-fine-tuning",
              "HFT: a random half of each module's matrices stays as it is during a task",
              "w += b u; b = 0 for frozen n of the n matrices of a module, or norms of a layer, drawn"
                  + " again for each task")
          .settings(FROZEN, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Hui et al. 2024, HFT: half fine-tuning for large language models"
                          + " (arXiv:2404.18466)"))
          .creates(s -> new HalfFineTuning(s.get(BASE), s.get(FROZEN)));

  /** Lifts products such as {@code 0.29 * 100} back to the intended whole number. */
  private static final double ROUNDING = 1e-9;

  /** The parameters of one kind, such as those of all attentions, by layer. */
  private record Category(String name, TreeMap<Integer, List<ParameterSpec>> layers) {
    /** The layers in which the number that stays is not whole. */
    List<Integer> uneven(double frozen) {
      return layers.entrySet().stream()
          .filter(e -> rest(frozen, e.getValue().size()) > 2 * ROUNDING)
          .map(Map.Entry::getKey)
          .toList();
    }

    /** In how many of these layers one more stays. */
    int more(double frozen) {
      return (int)
          Math.floor(
              ROUNDING
                  + uneven(frozen).stream()
                      .mapToDouble(l -> rest(frozen, layers.get(l).size()))
                      .sum());
    }

    String of(int layer) {
      return name + "/" + layer;
    }
  }

  private static int whole(double frozen, int n) {
    return (int) Math.floor(frozen * n + ROUNDING);
  }

  private static double rest(double frozen, int n) {
    return frozen * n + ROUNDING - whole(frozen, n);
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors u = base.updates(Wrapper.inner(c)).tensors();
    Map<String, Operand<TFloat32>> moving = moving(c);
    return new Updates(
        u.mapNamed((name, x) -> moving.containsKey(name) ? tf.math.mul(x, moving.get(name)) : x));
  }

  private static List<Category> categories(List<ParameterSpec> specs) {
    Map<String, Category> all = new TreeMap<>();
    for (ParameterSpec p : specs) {
      String name = category(p);
      if (!name.isEmpty()) {
        all.computeIfAbsent(name, n -> new Category(n, new TreeMap<>()))
            .layers()
            .computeIfAbsent(p.layer(), l -> new ArrayList<>())
            .add(p);
      }
    }
    return List.copyOf(all.values());
  }

  /** Empty for what always moves. */
  private static String category(ParameterSpec p) {
    return switch (p.role()) {
      case EMBEDDING, HEAD, BIAS -> "";
      case NORM -> p.layer() < 0 ? "" : "norms";
      case KERNEL, ADAPTER -> {
        String[] parts = p.name().split("\\.");
        yield "matrices of " + (parts.length < 3 ? "the model" : parts[parts.length - 3]);
      }
    };
  }

  /** 1 or 0 for each parameter that may stay. */
  private Map<String, Operand<TFloat32>> moving(StepContext c) {
    Ops tf = c.tf();
    List<Category> categories = categories(c.specs());
    Map<String, Operand<TFloat32>> drawn = new LinkedHashMap<>();
    for (Category k : categories) {
      k.layers().forEach((l, ps) -> drawn.put(k.of(l), tf.constant(new float[ps.size()])));
      if (k.more(frozen) > 0) {
        drawn.put(k.name(), tf.constant(new float[k.uneven(frozen).size()]));
      }
    }
    if (drawn.isEmpty()) {
      return Map.of();
    }
    Operand<TFloat32> first = c.scheduled((step, total) -> step == 0 ? 1 : 0);
    Operand<TFloat32> later = c.scheduled((step, total) -> step == 0 ? 0 : 1);
    Tensors noise = c.gaussian("half-fine-tuning", Tensors.of(drawn));
    Tensors kept =
        c.slots().old("draw", noise, 0).scale(tf, later).plus(tf, noise.scale(tf, first));
    c.slots().next("draw", kept);
    Map<String, Operand<TFloat32>> moving = new LinkedHashMap<>();
    categories.forEach(k -> moving.putAll(moving(tf, k, kept)));
    return moving;
  }

  private Map<String, Operand<TFloat32>> moving(Ops tf, Category k, Tensors kept) {
    Map<String, Operand<TFloat32>> moving = new LinkedHashMap<>();
    List<Integer> uneven = k.uneven(frozen);
    int more = k.more(frozen);
    k.layers()
        .forEach(
            (layer, ps) -> {
              Operand<TFloat32> draws = kept.get(k.of(layer));
              int count = ps.size() - whole(frozen, ps.size());
              Operand<TFloat32> ones = largest(tf, draws, count);
              if (more > 0 && uneven.contains(layer)) {
                Operand<TFloat32> fewer =
                    at(tf, largest(tf, kept.get(k.name()), more), uneven.indexOf(layer));
                Operand<TFloat32> less = tf.math.sub(ones, largest(tf, draws, count - 1));
                ones = tf.math.sub(ones, tf.math.mul(fewer, less));
              }
              for (int i = 0; i < ps.size(); i++) {
                moving.put(ps.get(i).name(), at(tf, ones, i));
              }
            });
    return moving;
  }

  private static Operand<TFloat32> at(Ops tf, Operand<TFloat32> x, int place) {
    return tf.gather(x, tf.constant(place), tf.constant(0));
  }

  /** 1 for the k largest draws, 0 for the others. */
  private static Operand<TFloat32> largest(Ops tf, Operand<TFloat32> draws, int k) {
    if (k == 0) {
      return tf.zerosLike(draws);
    }
    Operand<TFloat32> least =
        tf.min(tf.nn.topK(draws, tf.constant(k), TInt32.class).values(), tf.constant(0));
    return tf.dtypes.cast(tf.math.greaterEqual(draws, least), TFloat32.class);
  }
}
