def test_the_sheet_of_a_published_persona_opens(published, analyst):
    answer = analyst.get(f"/library/personas/{published.slug}/")
    assert answer.status_code == 200
    assert published.name in answer.content.decode()
