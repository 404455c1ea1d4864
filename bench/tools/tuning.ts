// The half of the tools bench that the method was tuned on.

import {
  type BenchHalf,
  type BenchPrompt,
  type BenchResult,
  call,
  none,
  oneOf,
} from './prompts.ts';
import { tuningTools as tools } from './tuning-tools.ts';

const prompts: readonly BenchPrompt[] = [
  call('direct', "What's the weather in Seattle?", ['get_weather', { city: 'Seattle' }]),
  call('direct', 'Is it raining in London right now?', [
    'get_weather get_time calculator',
    { city: 'London' },
  ]),
  call('direct', 'Can you check the weather in Buenos Aires for me?', [
    'get_weather send_email',
    { city: 'Buenos Aires' },
  ]),
  call('direct', 'Give me the forecast for Tokyo for the next 3 days.', [
    'get_forecast get_time convert_currency',
    { location: 'Tokyo', days: 3 },
  ]),
  call('direct', 'What is 348 * 27?', ['calculator get_weather', { expression: '348 * 27' }]),
  call('direct', 'Please compute (15 + 9) / 4', ['calculator', { expression: '(15 + 9) / 4' }]),
  call('direct', 'Show me all shipped orders.', [
    'search_orders send_email',
    { status: 'shipped' },
  ]),
  call('direct', 'List the cancelled orders, at most 5 of them.', [
    'search_orders calculator get_weather get_time',
    { status: 'cancelled' },
  ]),
  call('direct', 'Where is my order 48213?', [
    'get_order send_email get_weather',
    { order_id: 48213 },
  ]),
  call('direct', 'Send an email to bob@example.com with the subject Meeting tomorrow.', [
    'send_email search_orders',
    { to: 'bob@example.com', subject: 'Meeting tomorrow' },
  ]),
  call('direct', 'What time is it in Paris?', ['get_time get_weather', { location: 'Paris' }]),
  call('direct', 'Tell me the current time in New York.', ['get_time', { location: 'New York' }]),
  call('direct', 'Convert 100 USD to EUR.', [
    'convert_currency calculator',
    { amount: 100, from: 'USD', to: 'EUR' },
  ]),
  call('direct', 'How much is 250 GBP in JPY?', [
    'convert_currency get_weather get_time',
    { amount: 250, from: 'GBP', to: 'JPY' },
  ]),
  call('direct', 'Remind me to call Anna in 20 minutes.', [
    'set_reminder send_email get_time',
    { text: oneOf('call Anna', 'to call Anna'), minutes: 20 },
  ]),
  call('direct', 'Play some songs by Daft Punk.', [
    'play_music get_weather',
    { artist: 'Daft Punk' },
  ]),
  call('direct', 'What is the stock price of AAPL?', [
    'get_stock_price calculator convert_currency',
    { symbol: 'AAPL' },
  ]),
  call('direct', 'Translate good morning into French.', [
    'translate_text send_email',
    { text: 'good morning', language: 'french' },
  ]),
  call('direct', 'Open a high priority ticket titled Printer is broken.', [
    'create_ticket send_email search_orders',
    { title: 'Printer is broken', priority: 'high' },
  ]),
  call('direct', "Book a table for 4 at Luigi's.", [
    'book_table get_time get_weather set_reminder',
    { restaurant: "Luigi's", people: 4 },
  ]),
  call('direct', 'What is the most popular song on WZPZ?', ['top_song', { sign: 'WZPZ' }]),
  call('direct', 'Read the file src/main.py and show me what is in it.', [
    'readFile delete_user',
    { path: 'src/main.py' },
  ]),
  call('direct', 'Schedule a meeting with Priya on 2026-11-30.', [
    'schedule_meeting set_reminder send_email',
    { person: 'Priya', date: '2026-11-30' },
  ]),
  call('direct', 'Add "buy stamps" and "call the bank" to my to-do list.', [
    'add_todo set_reminder',
    { tasks: ['buy stamps', 'call the bank'] },
  ]),
  call('direct', 'Change the address of Olga Petrova to 12 Elm Street, Boston.', [
    'update_address delete_user',
    { customer: 'Olga Petrova', address: { street: '12 Elm Street', city: 'Boston' } },
  ]),
  call('direct', 'Search for wireless headphones under 80 dollars.', [
    'search_products get_news',
    { query: 'wireless headphones' },
  ]),
  call('direct', 'Delete the user jsmith42.', ['delete_user get_order', { username: 'jsmith42' }]),
  call('direct', 'Get the latest news about electric cars.', [
    'get_news search_products get_stock_price',
    { topic: 'electric cars' },
  ]),
  call('direct', 'Turn off the lights in the garage.', [
    'set_lights',
    { room: oneOf('garage', 'the garage'), state: 'off' },
  ]),
  call('direct', 'Wie ist das Wetter in Berlin?', ['get_weather calculator', { city: 'Berlin' }]),
  call('direct', '¿Qué tiempo hace en Madrid?', ['get_weather get_order', { city: 'Madrid' }]),
  call('direct', 'Quelle heure est-il à Montréal ?', [
    'get_time get_weather',
    { location: 'Montréal' },
  ]),

  call('indirect', 'Do I need an umbrella in Hamburg?', [
    'get_weather calculator',
    { city: 'Hamburg' },
  ]),
  call('indirect', 'I want to go hiking in Innsbruck for 2 days, will it be dry?', [
    'get_forecast convert_currency',
    { location: 'Innsbruck', days: 2 },
  ]),
  call('indirect', 'How many euros would I get for 75 dollars? USD to EUR.', [
    'convert_currency get_weather',
    { amount: 75, from: 'USD', to: 'EUR' },
  ]),
  call('indirect', 'I can hardly see anything in the kitchen.', [
    'set_lights play_music',
    { room: oneOf('kitchen', 'the kitchen'), state: 'on' },
  ]),
  call('indirect', 'My purchase 90017 never came.', ['get_order get_news', { order_id: 90017 }]),
  call('indirect', 'Is it too late to call someone in Sydney?', [
    'get_time send_email',
    { location: 'Sydney' },
  ]),
  call('indirect', 'I am in the mood for some Miles Davis.', [
    'play_music search_products',
    { artist: 'Miles Davis' },
  ]),
  call('indirect', 'Six of us want to eat at Noma tonight, 6 people.', [
    'book_table get_weather',
    { restaurant: 'Noma', people: 6 },
  ]),
  call('indirect', 'How is MSFT doing today?', ['get_stock_price get_weather', { symbol: 'MSFT' }]),
  call('indirect', 'I must not forget the laundry in 30 minutes.', [
    'set_reminder get_time',
    { text: oneOf('laundry', 'the laundry'), minutes: 30 },
  ]),
  call('indirect', 'What is going on with the election?', [
    'get_news calculator',
    { topic: oneOf('election', 'the election') },
  ]),
  call('indirect', 'How do you say thank you in German?', [
    'translate_text get_news',
    { text: 'thank you', language: 'german' },
  ]),
  call('indirect', 'I have 17 boxes with 24 bottles each. 17 * 24?', [
    'calculator get_order',
    { expression: '17 * 24' },
  ]),
  call('indirect', 'The account spammer99 must go.', [
    'delete_user get_news',
    { username: 'spammer99' },
  ]),

  none('look-alike', 'What is the weather cycle and why does it matter?', 'get_weather'),
  none('look-alike', 'How are stock prices determined?', 'get_stock_price'),
  none('look-alike', 'Who invented the calculator?', 'calculator get_time'),
  none('look-alike', 'Write an email that apologizes for a late reply.', 'get_order set_reminder'),
  none('look-alike', 'Why do time zones exist?', 'get_time get_weather'),
  none('look-alike', 'What makes a good restaurant?', 'book_table'),
  none('look-alike', 'Is music good for concentration?', 'play_music set_lights'),
  none('look-alike', 'What is the oldest currency in the world?', 'convert_currency'),
  none('look-alike', 'In order to learn French, what should I do?', 'search_orders translate_text'),
  none('look-alike', 'My favorite radio station closed in 1998.', 'top_song'),
  none('look-alike', 'Are LED lights better than bulbs?', 'set_lights search_products'),
  none('look-alike', 'How do file systems work?', 'readFile'),
  none('look-alike', 'What is a support ticket?', 'create_ticket send_email'),
  none(
    'look-alike',
    'I had a long meeting with my boss yesterday.',
    'schedule_meeting set_reminder',
  ),
  none(
    'look-alike',
    'Describe the city of Rome in two sentences.',
    'get_weather get_time book_table',
  ),
  none('look-alike', 'I like rainy days.', 'get_weather'),
  none('look-alike', 'What does the word serendipity mean?', 'translate_text calculator'),
  none('look-alike', 'What is an API gateway?', 'search_orders get_order'),
  none(
    'look-alike',
    'Write a polite apology to a customer whose parcel was late.',
    'send_email search_orders',
  ),

  none('plain', 'Hello!', 'get_weather'),
  none('plain', 'How are you today?', 'get_weather calculator'),
  none('plain', 'Thanks, that was helpful.', 'search_orders send_email'),
  none('plain', 'What is the capital of France?', 'get_weather get_time convert_currency'),
  none('plain', 'Write a short poem about the sea.', 'calculator get_weather'),
  none('plain', 'Who wrote Romeo and Juliet?', 'send_email'),
  none('plain', 'Explain how photosynthesis works.', 'get_weather calculator'),
  none('plain', 'Tell me a joke about cats.', 'play_music get_time'),
  none('plain', 'Give me three tips for better sleep.', 'set_reminder get_time'),
  none(
    'plain',
    'Summarize the plot of Hamlet in one sentence.',
    'get_stock_price calculator convert_currency get_weather',
  ),
  none('plain', 'Why is the sky blue?', 'get_weather'),
  none('plain', 'Name two programming languages.', 'calculator'),
  none('plain', 'What can you help me with?', 'get_weather send_email search_orders calculator'),
  none('plain', 'Which is larger, the sun or the moon?', 'get_weather get_time'),
  none('plain', 'I am bored.', 'readFile delete_user'),
  none('plain', 'Good night, see you tomorrow!', 'set_lights set_reminder'),
  none('plain', 'Who was the first person on the moon?', 'get_news'),
  none('plain', 'Write a limerick about a frog.', 'add_todo update_address'),
  none('plain', 'Is a tomato a fruit?', 'search_products book_table'),
  none('plain', 'Hallo, wie geht es dir?', 'get_weather translate_text'),
];

const results: readonly BenchResult[] = [
  {
    text: "What's the weather in Seattle?",
    tool: 'get_weather',
    input: { city: 'Seattle' },
    result: { temperature: '54F', condition: 'cloudy', humidity: '82%' },
  },
  {
    text: 'What is the weather in Berlin?',
    tool: 'get_weather',
    input: { city: 'Berlin' },
    result: { temp_c: 21, sky: 'sunny' },
  },
  {
    text: 'What is 348 * 27?',
    tool: 'calculator',
    input: { expression: '348 * 27' },
    result: { result: 9396 },
  },
  {
    text: 'Where is my order 48213?',
    tool: 'get_order',
    input: { order_id: 48213 },
    result: { order_id: 48213, status: 'in transit', carrier: 'UPS', eta: 'Thursday' },
  },
  {
    text: 'What time is it in Paris?',
    tool: 'get_time',
    input: { location: 'Paris' },
    result: { time: '14:35', timezone: 'CET' },
  },
  {
    text: 'Convert 100 USD to EUR.',
    tool: 'convert_currency',
    input: { amount: 100, from: 'USD', to: 'EUR' },
    result: { amount: 92.41, currency: 'EUR' },
  },
  {
    text: 'What is the stock price of AAPL?',
    tool: 'get_stock_price',
    input: { symbol: 'AAPL' },
    result: { price: 187.32, change: '-1.2%' },
  },
  {
    text: "Book a table for 4 at Luigi's.",
    tool: 'book_table',
    input: { restaurant: "Luigi's", people: 4 },
    result: { confirmation: 'XK-204', time: '19:30' },
  },
  {
    text: 'Translate good morning into French.',
    tool: 'translate_text',
    input: { text: 'good morning', language: 'french' },
    result: 'bonjour',
  },
  {
    text: 'Send an email to bob@example.com with the subject Hi.',
    tool: 'send_email',
    input: { to: 'bob@example.com', subject: 'Hi' },
    result: { sent: true },
  },
  {
    text: 'What is the most popular song on WZPZ?',
    tool: 'top_song',
    input: { sign: 'WZPZ' },
    result: { song: 'Elemental Hotel', artist: '8 Storey Hike' },
  },
];

export const tuning: BenchHalf = { tools, prompts, results };
