package io.github.palimpsest.llm.model;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.tck.ModelKit;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("native")
class LlamaModelKitTest extends ModelKit {
  @Override
  protected Model subject() {
    return new LlamaModel(
        new LlamaConfig(
            12,
            16,
            24,
            2,
            4,
            2,
            4,
            8,
            1e-5,
            new Rope(10000, new Rope.Unscaled()),
            false,
            0.02,
            1,
            2));
  }

  @Override
  protected List<Example> examples() {
    return List.of(
        GoldenLlama.example("short", new int[] {1, 5, 7}, new float[] {0, 0, 1}),
        GoldenLlama.example("long", new int[] {1, 4, 6, 9, 10, 2}, new float[] {0, 1, 1, 0, 1, 1}),
        GoldenLlama.example("middle", new int[] {3, 8, 11, 2}, new float[] {0, 1, 0, 0.5f}));
  }
}
