package io.github.palimpsest.decoder;

import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.weights.Blocks;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Converts weights between the layouts of checkpoints and models: most checkpoints hold kernels as
 * {@code [out, in]}, models as {@code [in, out]}. A tensor is transposed when it is read.
 *
 * @param kernelsAsUsed whether the checkpoint holds kernels as models do
 */
public record CheckpointLayout(boolean kernelsAsUsed) {
  private static final int BLOCK = 64;

  /** The layout of the checkpoints of a description. */
  public static CheckpointLayout of(DecoderSpec spec) {
    return new CheckpointLayout(spec.hasKernelsAsUsed());
  }

  /**
   * Converts the given parameters from either layout to the other by transposing the kernels.
   *
   * @param parameters the parameters to convert; their roles mark the kernels
   * @param weights contains at least these parameters
   */
  public WeightSnapshot turned(List<ParameterSpec> parameters, WeightSnapshot weights) {
    SortedMap<String, ParameterSpec.Role> roles = new TreeMap<>();
    parameters.forEach(p -> roles.put(p.name(), p.role()));
    return new Turned(this, roles, weights);
  }

  private record Turned(
      CheckpointLayout layout, SortedMap<String, ParameterSpec.Role> roles, WeightSnapshot weights)
      implements WeightSnapshot {
    private String known(String name) {
      if (!roles.containsKey(name)) {
        throw new IllegalArgumentException("no tensor '" + name + "' among " + names());
      }
      return name;
    }

    private boolean isTurned(String name) {
      return layout.isTurned(roles.get(known(name)));
    }

    @Override
    public SortedSet<String> names() {
      return Collections.unmodifiableSortedSet(new TreeSet<>(roles.keySet()));
    }

    @Override
    public Shape shape(String name) {
      return isTurned(name) ? reversed(weights.shape(name)) : weights.shape(name);
    }

    @Override
    public FloatBuffer read(String name) {
      return isTurned(name)
          ? FloatBuffer.wrap(transpose(weights.read(name), weights.shape(name))).asReadOnlyBuffer()
          : weights.read(name);
    }

    @Override
    public boolean isBfloat16(String name) {
      return weights.isBfloat16(known(name));
    }
  }

  /** The shape of a parameter in a checkpoint. */
  public Shape shape(ParameterSpec p) {
    return isTurned(p.role()) ? reversed(p.shape()) : p.shape();
  }

  private boolean isTurned(ParameterSpec.Role role) {
    return !kernelsAsUsed && role == ParameterSpec.Role.KERNEL;
  }

  private static Shape reversed(Shape shape) {
    return Shape.of(shape.get(1), shape.get(0));
  }

  private static float[] transpose(FloatBuffer from, Shape shape) {
    int rows = Math.toIntExact(shape.get(0));
    int columns = Math.toIntExact(shape.get(1));
    float[] to = new float[rows * columns];
    Blocks.each(rows, BLOCK, (r0, r1) -> transpose(from, to, r0, r1, rows, columns));
    return to;
  }

  /** Transposes some rows, block by block, so that what is written stays in the cache. */
  private static void transpose(
      FloatBuffer from, float[] to, int r0, int r1, int rows, int columns) {
    float[] piece = new float[BLOCK];
    for (int c0 = 0; c0 < columns; c0 += BLOCK) {
      int n = Math.min(BLOCK, columns - c0);
      for (int r = r0; r < r1; r++) {
        from.get(r * columns + c0, piece, 0, n);
        for (int c = 0; c < n; c++) {
          to[(c0 + c) * rows + r] = piece[c];
        }
      }
    }
  }
}
