package io.github.palimpsest.llm.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.MadeRecords;
import java.util.List;

/** The quickstart's questions and answers as records with {@code prompt} and {@code response}. */
public final class QuickstartRecords implements MadeRecords.Generator {

  private final List<QuickstartTask> tasks;

  /**
   * @param seed of the facts and the strings
   */
  public QuickstartRecords(long seed) {
    tasks = new Quickstart(seed).tasks();
  }

  @Override
  public String scheme() {
    return Quickstart.NAME;
  }

  @Override
  public List<String> names() {
    return tasks.stream().map(QuickstartTask::name).toList();
  }

  @Override
  public boolean readsFiles() {
    return false;
  }

  @Override
  public MadeRecords training(String name) {
    return records(name, task(name).training());
  }

  @Override
  public MadeRecords heldOut(String name) {
    return records(name, task(name).evaluation());
  }

  private QuickstartTask task(String name) {
    return tasks.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  private static MadeRecords records(String name, List<Document> documents) {
    return new MadeRecords(
        Quickstart.NAME + ":" + name, documents.stream().map(QuickstartRecords::record).toList());
  }

  private static JsonRecord record(Document document) {
    Exchange only = document.exchanges().get(0);
    return new JsonRecord(
        document.origin(),
        document.number(),
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt", only.context())
            .put("response", only.response()));
  }
}
