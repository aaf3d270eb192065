package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.llm.peft.PeftStart;
import io.github.palimpsest.results.folder.Fingerprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A PEFT adapter that training goes on from.
 *
 * @param folder its folder
 * @param peft its content
 * @param component the adapter that its configuration describes
 */
public record StartAdapter(Path folder, PeftAdapter peft, Component<Adapter> component) {
  /**
   * Opens a folder.
   *
   * @throws PalimpsestException if it is malformed, or no installed adapter accepts it
   */
  public static StartAdapter open(Path folder, PluginRegistry registry) {
    PeftAdapter peft = PeftDirectory.open(folder);
    return new StartAdapter(folder, peft, PeftDirectory.component(registry, peft));
  }

  /**
   * The text of a recipe with this adapter.
   *
   * @throws PalimpsestException if the recipe has an adapter
   */
  public String joined(String recipe, PluginRegistry registry) {
    registry
        .recipe(recipe)
        .adapter()
        .ifPresent(
            own -> {
              throw new PalimpsestException(
                  "--adapter brings its own settings; leave '" + own.id() + "' out of the recipe");
            });
    RecipeText text = RecipeText.parse(recipe);
    List<Value.Call> sum = new ArrayList<>(text.sum());
    sum.add(component.canonical());
    return new RecipeText(sum, text.pipe()).toString();
  }

  /** The adapter, which starts with the values of the folder. */
  Adapter adapter() {
    return new PeftStart(component.create(), peft.tensors());
  }

  /** The hash of the folder. */
  String sha256() {
    return Fingerprint.of(folder);
  }
}
