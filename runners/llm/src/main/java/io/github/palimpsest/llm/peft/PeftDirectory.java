package io.github.palimpsest.llm.peft;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.storage.NewFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An adapter in PEFT's format: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 */
public final class PeftDirectory {
  private static final String CONFIG = "adapter_config.json";
  private static final String TENSORS = "adapter_model.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PeftDirectory() {}

  /**
   * Opens a folder; tensors are read on access.
   *
   * @throws PalimpsestException if a file is missing or malformed; names it
   */
  public static PeftAdapter open(Path folder) {
    Path config = folder.resolve(CONFIG);
    TreeMap<String, Object> keys =
        JSON.convertValue(StrictJson.object(config), new TypeReference<>() {});
    keys.values().removeIf(Objects::isNull);
    return PeftAdapter.of(keys, SafetensorsFile.open(folder.resolve(TENSORS)));
  }

  /**
   * The component for an adapter, with the settings of its configuration.
   *
   * @throws PalimpsestException if no adapter of the registry accepts it, or one does but lacks an
   *     option
   */
  @SuppressWarnings("unchecked") // asked for by kind
  public static Component<Adapter> component(PluginRegistry registry, PeftAdapter adapter) {
    for (Registered r : registry.all(Kind.ADAPTER)) {
      Optional<Value.Call> call =
          r.provider()
              .capability(PeftReader.class)
              .flatMap(reader -> reader.recipe(adapter.config()));
      if (call.isPresent()) {
        return (Component<Adapter>) registry.component(Kind.ADAPTER, call.get());
      }
    }
    throw new PalimpsestException(
        "no installed adapter is of the kind that "
            + CONFIG
            + " describes: 'peft_type' is "
            + adapter.config().get("peft_type"));
  }

  /**
   * A copy whose configuration names the base, which PEFT loads with the adapter, and states how it
   * stores its kernels, which PEFT warns about otherwise.
   *
   * @param base the model that the adapter belongs to
   * @param name the folder of that model, as a program finds it
   */
  public static PeftAdapter of(DecoderSpec base, String name, PeftAdapter adapter) {
    TreeMap<String, Object> config = new TreeMap<>(adapter.config());
    config.put("base_model_name_or_path", name);
    config.put("fan_in_fan_out", base.hasKernelsAsUsed());
    return PeftAdapter.of(config, adapter.tensors());
  }

  /**
   * Saves a new folder that PEFT can load; it appears when it is complete.
   *
   * @param target must not exist yet
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public static void save(Path target, PeftAdapter adapter) {
    NewFolder.write(
        target,
        "adapters",
        folder -> {
          SafetensorsWriter.write(folder.resolve(TENSORS), adapter.tensors());
          Files.writeString(
              folder.resolve(CONFIG),
              JSON.writerWithDefaultPrettyPrinter().writeValueAsString(adapter.config()) + "\n");
        });
  }
}
